import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { runWrapper, startWrapper, wrapperFolder } from '../fixtures/run-wrapper.js';

/** Root may make a cgroup for a role of the process runtime, so nothing that its processes used is lost. */
const python = (code: string) => ['/usr/bin/python3', '-c', code];

/** Children that nobody waits for, each of which prints the CPU seconds that it used; then seconds of the parent. */
const unwaited = `import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(8):
    if os.fork() == 0:
        while time.process_time() < 0.3: pass
        block = bytearray(b"x") * (8 << 20)
        os.write(1, ("%f\\n" % time.process_time()).encode())
        os._exit(0)
time.sleep(0.5)
while True:
    try: os.wait()
    except ChildProcessError: break
print(time.process_time())`;

it('counts children that nobody waits for: 2.4 s are 2.4 s, and measured', async () => {
  const run = await runWrapper(python(unwaited));
  const saidS = run.stdout
    .trim()
    .split('\n')
    .reduce((sum, seconds) => sum + Number(seconds), 0);
  expect(saidS).toBeGreaterThan(2.4);
  const { totals } = run.exit;
  const countedS = (totals.cpu_user_s?.value ?? 0) + (totals.cpu_system_s?.value ?? 0);
  expect(countedS).toBeGreaterThan(saidS * 0.99);
  expect(countedS).toBeLessThan(saidS * 1.05 + 0.05); // and what they used to start and to end
  expect(totals.cpu_user_s).toMatchObject({ kind: 'measured' });
  expect(totals.page_faults_minor).toMatchObject({
    kind: 'measured',
    source: 'pgfault and pgmajfault in memory.stat of the cgroup, without the wrapper',
  });
  expect(totals.page_faults_minor?.value).toBeGreaterThan(8 * 2048); // each touched 8 MiB of 4 KiB pages
  for (const name of ['io_written_bytes', 'context_switches_voluntary', 'memory_peak_process_bytes']) {
    const source = expect.stringMatching(/nobody wait(?:s|ed) for .*at least this much/) as string;
    expect(totals[name], name).toMatchObject({ kind: 'estimated', source });
  }
  expect(run.states).toContainEqual(
    expect.objectContaining({ state: 'estimated', metric: 'io_written_bytes' }),
  );
  let sampledS = 0;
  for (const [at, { cpu_percent: percent, monotonic_s: now }] of run.samples.entries())
    sampledS += ((percent ?? 0) / 100) * (now - (run.samples[at - 1]?.monotonic_s ?? now));
  expect(sampledS).toBeGreaterThan(countedS * 0.9);
});

it('samples of a role that mostly sleeps add up to its total, from the first one on', async () => {
  const mostlyAsleep = `import time
for _ in range(20):
    time.sleep(0.09)
    until = time.process_time() + 0.008
    while time.process_time() < until: pass`;
  const run = await runWrapper(python(mostlyAsleep));
  const { cpu_user_s: user, cpu_system_s: system } = run.exit.totals;
  const countedS = (user?.value ?? 0) + (system?.value ?? 0);
  let sampledS = 0;
  for (const [at, { cpu_percent: percent, monotonic_s: now }] of run.samples.entries())
    sampledS += ((percent ?? 0) / 100) * (now - (run.samples[at - 1]?.monotonic_s ?? now));
  expect(countedS).toBeGreaterThan(0.15);
  expect(sampledS).toBeGreaterThan(countedS * 0.7); // the first sample is taken when the program has started
});

it('knows that nothing is missing when every process was waited for', async () => {
  const run = await runWrapper(['sh', '-c', 'i=0; while [ $i -lt 50 ]; do true | cat; i=$((i+1)); done']);
  for (const name of [
    'cpu_user_s',
    'io_written_bytes',
    'disk_read_bytes',
    'page_faults_minor',
    'context_switches_voluntary',
  ])
    expect([name, run.exit.totals[name]?.kind]).toEqual([name, 'measured']);
});

it('counts memory of the role alone, with files in /dev/shm that no process has mapped', async () => {
  const run = await runWrapper(
    python(`import os, time
with open("/dev/shm/collab-test-%d" % os.getpid(), "wb") as file:
    os.unlink(file.name)
    for _ in range(40): file.write(b"x" * (1 << 20))
    file.flush(); time.sleep(0.5)`),
  );
  const most = (name: string) => Math.max(...run.samples.map((sample) => sample[name] ?? 0));
  expect(most('memory_bytes')).toBeGreaterThan(40 * 2 ** 20);
  expect(most('memory_bytes')).toBeLessThan(60 * 2 ** 20);
  expect(run.exit.totals.memory_peak_bytes).toMatchObject({ kind: 'measured' });
});

it('removes its cgroups at its end, those of a killed wrapper with --end, and any other at the next start', async () => {
  const ended = await runWrapper(['sleep', '0.1']);
  const cgroups = ended.states.find(({ state }) => state === 'started')?.cgroups ?? [];
  expect(cgroups.length).toBeGreaterThan(0);
  expect(cgroups.filter((folder) => existsSync(folder))).toEqual([]);

  const killed = await startWrapper(['sh', '-c', 'sleep 60 & sleep 60']);
  const { cgroups: left = [] } = await killed.waitForState('started');
  killed.kill('SIGKILL');
  expect(left.filter((folder) => existsSync(folder))).toEqual(left);
  execFileSync('python3', ['-B', join(wrapperFolder, 'wrapper.py'), '--end', killed.folder]);
  expect(left.filter((folder) => existsSync(folder))).toEqual([]);

  const stale = join(dirname(left[0] ?? ''), 'collab-999999999-1');
  mkdirSync(stale);
  try {
    await runWrapper(['true']);
    expect(existsSync(stale)).toBe(false);
  } finally {
    if (existsSync(stale)) rmdirSync(stale);
  }
});
