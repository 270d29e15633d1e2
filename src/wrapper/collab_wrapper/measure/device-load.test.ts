import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { checkInPython } from '../../../../tests/fixtures/machines-in-python.js';
import { runWrapper } from '../../../../tests/fixtures/run-wrapper.js';

/** Columns of /proc/stat in ticks of 10 ms: user nice system idle iowait irq softirq steal. */
const busy = (before: string, after: string, seconds: number) =>
  checkInPython(
    'device_load.py',
    `cpu ${before}|cpu0 1|cpu1 1|intr 1`,
    `cpu ${after}|cpu0 1|cpu1 1`,
    `${seconds}`,
  );

it('busy is the time of all processors in which they were not idle', () => {
  // 10 s of two processors, of which 18.5 s idle, 0.5 s waiting for a disk and 0.2 s taken by a hypervisor.
  expect(busy('0 0 0 0 0 0 0 0', '60 0 15 1850 50 0 5 20', 10)).toBeCloseTo(0.8, 6);
});

it('a program that never runs at a tick is counted all the same', () => {
  expect(busy('0 0 0 0 0 0 0 0', '0 0 0 150 0 0 0 0', 1)).toBeCloseTo(0.5, 6);
});

it('counters that contradict the clock, and processors that come and go, are no reading', () => {
  expect(busy('0 0 0 0 0 0 0 0', '0 0 0 0 0 0 0 0', 10)).toBe(
    '/proc/stat does not count the time of all processors',
  );
  expect(
    checkInPython('device_load.py', 'cpu 1 1 1 1 1 1 1 1|cpu0 1', 'cpu 1 1 1 1 1 1 1 1|cpu0 1|cpu1 1', '1'),
  ).toMatch(/processors were added or taken away/);
});

it('a command of 20 ms has a reading', async () => {
  const spin = 'import time\nend = time.monotonic() + 0.02\nwhile time.monotonic() < end: pass';
  const { exit } = await runWrapper(['python3', '-S', '-E', '-c', spin]);
  const { device_load: load } = exit;
  expect(load).toMatchObject({
    boot_id: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
    cores: availableParallelism(),
    resolution_s: 0.01,
  });
  expect(load?.seconds).toBeGreaterThanOrEqual(0.02);
  expect(load?.role_cpu_s).toBeGreaterThanOrEqual(0.01);
  // A reading is off by at most a tick of each of its ends.
  expect(load?.device_cpu_s).toBeGreaterThan((load?.role_cpu_s ?? 0) - 0.03);
  expect(load?.device_cpu_s).toBeLessThanOrEqual((load?.seconds ?? 0) * availableParallelism() + 0.03);
});

it('a command that was not started has the reason instead of a reading', async () => {
  const { exit } = await runWrapper(['no-such-program']);
  expect(exit.device_load).toMatchObject({ reason: 'the command was not started' });
});
