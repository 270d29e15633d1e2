import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import table from '../logs/metrics.json' with { type: 'json' };
import { runWrapper, startWrapper } from '../../tests/fixtures/run-wrapper.js';
import type { EndedWrapper } from '../../tests/fixtures/run-wrapper.js';

const python = (code: string) => ['python3', '-c', code];
const total = (run: EndedWrapper, name: string) => run.exit.totals[name]?.value ?? Number.NaN;

/** 50 children of some 15 ms each, most of which live between two samples; says what they used, in seconds. */
const shortChildren = `import os, time, resource
for _ in range(50):
    if os.fork() == 0:
        while time.process_time() < 0.015: pass
        os._exit(0)
    os.wait()
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(children.ru_utime + children.ru_stime, time.process_time())`;

it('counts the CPU of children that lived between two samples, in the totals and in the samples', async () => {
  const run = await runWrapper(python(shortChildren));
  const [childrenS = 0, parentS = 0] = run.stdout.split(' ').map(Number);
  expect(childrenS).toBeGreaterThan(0.5);
  const saidS = childrenS + parentS;
  const countedS = total(run, 'cpu_user_s') + total(run, 'cpu_system_s');
  expect(countedS).toBeGreaterThanOrEqual(saidS);
  expect(countedS).toBeLessThan(saidS * 1.03 + 0.03); // its own end, after it had said
  expect(run.exit.totals.cpu_user_s).toMatchObject({ kind: 'measured', unit: 's' });

  let sampledS = 0;
  for (const [index, sample] of run.samples.entries()) {
    const before = run.samples[index - 1];
    if (!before || sample.cpu_percent === undefined || sample.cpu_percent === null) continue;
    expect(sample.cpu_percent).toBeGreaterThanOrEqual(0);
    sampledS += (sample.cpu_percent / 100) * (sample.monotonic_s - before.monotonic_s);
  }
  expect(Math.abs(sampledS - countedS)).toBeLessThan(0.06 + 0.1 * countedS); // clock ticks, first and last interval
});

it('keeps the timetable and takes a sample at the start and at the end', async () => {
  const run = await runWrapper(['sleep', '1.03'], { sampling_s: 0.05 });
  const times = run.samples.map((sample) => sample.monotonic_s - run.exit.started_monotonic_s);
  expect(times[0]).toBeLessThan(0.05);
  expect(times.at(-1)).toBeGreaterThanOrEqual(total(run, 'wall_s') - 0.001);
  expect(times.length - 1 + (run.exit.missed_samples ?? 0)).toBeGreaterThanOrEqual(20);
  for (const time of times.slice(0, -1))
    expect(time).toBeGreaterThanOrEqual(Math.round(time / 0.05 - 0.5) * 0.05);
  const lateS = times.slice(0, -1).map((time) => time % 0.05);
  lateS.sort((a, b) => a - b);
  expect(lateS[Math.floor(lateS.length / 2)]).toBeLessThan(0.02); // on the grid, so nothing drifts
});

it('counts ticks that it was too late for as missed, and goes on by the same timetable', async () => {
  const wrapper = await startWrapper(['sleep', '1'], { sampling_s: 0.1 });
  await wrapper.waitForState('started');
  await sleep(250);
  wrapper.kill('SIGSTOP');
  await sleep(350);
  wrapper.kill('SIGCONT');
  const run = await wrapper.ended();
  expect(run.exit.missed_samples).toBeGreaterThanOrEqual(2);
  const taken = run.samples.length - 1;
  const due = Math.floor(total(run, 'wall_s') / 0.1) + 1;
  expect(taken + (run.exit.missed_samples ?? 0)).toBe(due);
});

it('names the largest process, and says where the value comes from', async () => {
  const run = await runWrapper(python('import time; block = bytearray(b"x") * (120 << 20); time.sleep(0.3)'));
  expect(total(run, 'memory_peak_process_bytes')).toBeGreaterThan(120 * 2 ** 20);
  expect(total(run, 'memory_peak_process_bytes')).toBeLessThan(180 * 2 ** 20);
  expect(run.exit.totals.memory_peak_process_bytes).toMatchObject({
    kind: 'measured',
    source: 'wait4 ru_maxrss',
  });
  expect(Math.max(...run.samples.map((sample) => sample.memory_bytes ?? 0))).toBeGreaterThan(120 * 2 ** 20);
});

it('calls the peak of a small command an estimate: it cannot be told from the copy of the wrapper', async () => {
  const run = await runWrapper(['true']);
  expect(run.exit.totals.memory_peak_process_bytes).toMatchObject({ kind: 'estimated' });
});

it('counts the processes of the tree', async () => {
  const run = await runWrapper(['sh', '-c', 'sleep 0.5 & sleep 0.5 & wait']);
  expect(Math.max(...run.samples.map((sample) => sample.processes ?? 0))).toBe(3);
  expect(run.samples.at(-1)?.processes).toBe(0);
});

it('has every total of the table, and a reason instead of a zero for what cannot be read here', async () => {
  const run = await runWrapper(['true']);
  expect(Object.keys(run.exit.totals)).toEqual(table.totals.map((metric) => metric.name));
  for (const name of ['network_received_bytes', 'network_sent_bytes']) {
    const reason =
      "the role shares the network namespace of its host, so its bytes cannot be told from others'";
    expect(run.exit.totals[name]).toEqual({ value: null, unit: 'bytes', kind: 'unavailable', reason });
    expect(run.states).toContainEqual(
      expect.objectContaining({ state: 'unavailable', metric: name, reason }),
    );
    expect(run.samples.every((sample) => !(name in sample))).toBe(true);
  }
  expect(run.exit.totals.memory_peak_bytes).toMatchObject({
    value: null,
    kind: 'unavailable',
    reason: expect.stringContaining('shares the cgroup') as string,
  });
  const known = new Set(['monotonic_s', ...table.samples.map((metric) => metric.name)]);
  for (const sample of run.samples)
    expect(Object.keys(sample).filter((name) => !known.has(name))).toEqual([]);
});
