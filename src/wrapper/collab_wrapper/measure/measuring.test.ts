import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import table from '../../../logs/records/metrics.json' with { type: 'json' };
import { processesWith, runWrapper, startWrapper } from '../../../../tests/fixtures/run-wrapper.js';
import type { EndedWrapper } from '../../../../tests/fixtures/run-wrapper.js';

const python = (code: string) => ['python3', '-c', code];
const total = (run: EndedWrapper, name: string) => run.exit.totals[name]?.value ?? Number.NaN;

/**
 * 50 children of about 15 ms each, most of which live between two samples; prints their CPU time and its own in seconds,
 * and what a hypervisor took meanwhile, which the kernel may count as use. Ends without the interpreter's own end.
 */
const shortChildren = `import os, time, resource
def stolen():
    return int(open('/proc/stat').readline().split()[8]) / os.sysconf('SC_CLK_TCK')
before = stolen()
for _ in range(50):
    if os.fork() == 0:
        while time.process_time() < 0.015: pass
        os._exit(0)
    os.wait()
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(children.ru_utime + children.ru_stime, time.process_time(), stolen() - before, flush=True)
os._exit(0)`;

it('counts the CPU of children that lived only between two samples, in totals and samples', async () => {
  const run = await runWrapper(python(shortChildren));
  const [childrenS = 0, parentS = 0, stolenS = 0] = run.stdout.split(' ').map(Number);
  expect(childrenS).toBeGreaterThan(0.5);
  const saidS = childrenS + parentS;
  const countedS = total(run, 'cpu_user_s') + total(run, 'cpu_system_s');
  expect(countedS).toBeGreaterThanOrEqual(saidS);
  const endsS = 51 * 0.003; // the end of each process, which its own clock does not see
  expect(countedS).toBeLessThan(saidS * 1.03 + 0.03 + endsS + stolenS);
  expect(run.exit.totals.cpu_user_s).toMatchObject({ unit: 's' });

  let sampledS = 0;
  for (const [index, sample] of run.samples.entries()) {
    const before = run.samples[index - 1];
    if (!before || sample.cpu_percent === undefined || sample.cpu_percent === null) continue;
    expect(sample.cpu_percent).toBeGreaterThanOrEqual(0);
    sampledS += (sample.cpu_percent / 100) * (sample.monotonic_s - before.monotonic_s);
  }
  expect(Math.abs(sampledS - countedS)).toBeLessThan(0.06 + 0.1 * countedS); // clock ticks, first and last interval
});

it('samples on schedule, and at the start and the end', async () => {
  const run = await runWrapper(['sleep', '1.03'], { sampling_s: 0.05 });
  const times = run.samples.map((sample) => sample.monotonic_s - run.exit.started_monotonic_s);
  expect(times[0]).toBeLessThan(0.05);
  expect(times.at(-1)).toBeGreaterThanOrEqual(total(run, 'wall_s') - 0.001);
  expect(times.length - 1 + (run.exit.missed_samples ?? 0)).toBeGreaterThanOrEqual(20);
  for (const time of times.slice(0, -1))
    expect(time).toBeGreaterThanOrEqual(Math.round(time / 0.05 - 0.5) * 0.05);
  const lateS = times.slice(0, -1).map((time) => time % 0.05);
  lateS.sort((a, b) => a - b);
  expect(lateS[Math.floor(lateS.length / 2)]).toBeLessThan(0.02); // on schedule, without drift
});

it('counts late ticks as missed and keeps the schedule', async () => {
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

it('names the largest process', async () => {
  const run = await runWrapper(python('import time; block = bytearray(b"x") * (120 << 20); time.sleep(0.3)'));
  expect(total(run, 'memory_peak_process_bytes')).toBeGreaterThan(120 * 2 ** 20);
  expect(total(run, 'memory_peak_process_bytes')).toBeLessThan(180 * 2 ** 20);
  const resident = run.samples.map((sample) => sample.memory_resident_bytes ?? 0);
  expect(Math.max(...resident)).toBeGreaterThan(120 * 2 ** 20);
});

it('calls the peak of a small command an estimate, because the forked wrapper may be larger', async () => {
  const run = await runWrapper(['true']);
  expect(run.exit.totals.memory_peak_process_bytes).toMatchObject({ kind: 'estimated' });
});

it('counts the processes of the tree', async () => {
  const run = await runWrapper(['sh', '-c', 'sleep 0.5 & sleep 0.5 & wait']);
  expect(Math.max(...run.samples.map((sample) => sample.processes ?? 0))).toBe(3);
  expect(run.samples.at(-1)?.processes).toBe(0);
});

it('has every total of the table, and a reason instead of zero for what cannot be read here', async () => {
  const run = await runWrapper(['true']);
  const names = Object.keys(run.exit.totals).filter((name) => !name.includes('.'));
  expect(names).toEqual(table.totals.map((metric) => metric.name));
  expect(run.exit.totals.cycles).toMatchObject({
    kind: 'unavailable',
    reason: 'not requested: add `metrics: [cycles]` to experiment.yaml',
  });
  const known = new Set(['monotonic_s', ...table.samples.map((metric) => metric.name)]);
  for (const sample of run.samples)
    expect(Object.keys(sample).filter((name) => !known.has(name.split('.')[0] ?? ''))).toEqual([]);
});

it('samples each series of the table, or says in state.jsonl why not', async () => {
  const run = await runWrapper(['sleep', '0.3']);
  const sampled = new Set(
    run.samples.flatMap((sample) => Object.keys(sample).map((name) => name.split('.')[0])),
  );
  const reasons = new Map(run.states.map((line) => [line.metric ?? '', line.reason]));
  for (const { name } of table.samples) {
    if (name === 'missed_samples') continue;
    expect([name, sampled.has(name) || (reasons.get(name) ?? '') !== '']).toEqual([name, true]);
  }
});

it('counts the bytes of a shared network namespace, and says that it is shared', async () => {
  const talk = `import socket
listener = socket.socket(); listener.bind(("127.0.0.1", 0)); listener.listen(1)
sender = socket.create_connection(listener.getsockname())
taker, _ = listener.accept()
for _ in range(64):
    sender.sendall(b"x" * 65536)
    left = 65536
    while left: left -= len(taker.recv(left))`;
  const run = await runWrapper(python(talk));
  const reason =
    'counted in the network namespace that the role shares with its host: it includes bytes of other programs';
  expect(run.exit.totals['network_sent_bytes.lo']).toMatchObject({ kind: 'estimated', source: reason });
  expect(total(run, 'network_sent_bytes.lo')).toBeGreaterThan(64 * 65536);
  expect(run.exit.totals.network_sent_bytes).toMatchObject({ kind: 'estimated' });
  expect(run.states).toContainEqual(
    expect.objectContaining({ state: 'estimated', metric: 'network_sent_bytes', reason }),
  );
});

it('counts the I/O of children, even of those that lived only between two samples', async () => {
  const folder = '/var/tmp';
  const code = `import os, tempfile
with tempfile.TemporaryDirectory(dir=${JSON.stringify(folder)}) as folder:
    for number in range(20):
        if os.fork() == 0:
            with open(os.path.join(folder, str(number)), "wb", 0) as file:
                file.write(b"x" * 500000); os.fsync(file.fileno())
            with open(os.path.join(folder, str(number)), "rb", 0) as file: file.read()
            os._exit(0)
        os.wait()`;
  const run = await runWrapper(python(code));
  expect(run.exit.totals.io_written_bytes).toMatchObject({ unit: 'bytes' });
  expect(total(run, 'io_written_bytes')).toBeGreaterThanOrEqual(20 * 500_000);
  expect(total(run, 'io_written_bytes')).toBeLessThan(20 * 500_000 + 20_000);
  expect(total(run, 'io_read_bytes')).toBeGreaterThanOrEqual(20 * 500_000);
  expect(run.samples.at(-1)?.io_written_bytes).toBe(total(run, 'io_written_bytes'));
});

it('counts page faults and context switches as getrusage does', async () => {
  const code = `import mmap, resource, time
block = mmap.mmap(-1, 8 << 20)
for at in range(0, len(block), 4096): block[at] = 1
for _ in range(30): time.sleep(0.001)
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_minflt, used.ru_nvcsw)`;
  const run = await runWrapper(python(code));
  const [faults = 0, switches = 0] = run.stdout.split(' ').map(Number);
  expect(faults).toBeGreaterThan(2000);
  expect(switches).toBeGreaterThanOrEqual(30);
  expect(total(run, 'page_faults_minor')).toBeGreaterThanOrEqual(faults);
  expect(total(run, 'page_faults_minor')).toBeLessThan(faults + 20_000); // a launcher may fault too
  expect(total(run, 'context_switches_voluntary')).toBeGreaterThanOrEqual(switches);
});

it('writes a row for each process with its parent and command, and none if nothing changes', async () => {
  const code = `import os, time
if os.fork() == 0:
    end = time.monotonic() + 0.5
    while time.monotonic() < end: pass
    os._exit(0)
os.wait(); time.sleep(0.6); print(time.monotonic(), flush=True)`;
  const run = await runWrapper(python(code), { sampling_s: 0.05 });
  const pid = run.states.find((line) => line.state === 'started')?.pid;
  const child = run.processes.find((row) => row.parent === pid && row.command.includes('os.fork'));
  const rows = run.processes.filter((row) => row.pid === child?.pid);
  expect(rows[0]).not.toHaveProperty('cpu_percent');
  expect(rows.length).toBeGreaterThan(4);
  const shares = rows.flatMap((row) => row.cpu_percent ?? []);
  expect(Math.max(...shares)).toBeGreaterThan(30);
  const lastOfChild = rows.at(-1)?.monotonic_s ?? 0;
  const endOfSleep = Number(run.stdout); // ending the interpreter is work
  const idle = run.processes.filter(
    (row) => row.pid === pid && row.monotonic_s > lastOfChild + 0.15 && row.monotonic_s < endOfSleep,
  );
  expect(idle.length).toBeLessThanOrEqual(1); // a clock tick may coincide
  expect(run.samples.filter((sample) => sample.monotonic_s > lastOfChild + 0.15).length).toBeGreaterThan(4);
});

it('reports its own cost', async () => {
  const run = await runWrapper(['sleep', '0.5']);
  expect(total(run, 'wrapper_cpu_s')).toBeGreaterThan(0);
  expect(total(run, 'wrapper_cpu_s')).toBeLessThan(0.2);
  expect(total(run, 'wrapper_memory_peak_bytes')).toBeGreaterThan(5 * 2 ** 20);
  expect(total(run, 'cpu_user_s') + total(run, 'cpu_system_s')).toBeLessThan(0.3);
});

it('counts cycles if the kernel allows it, and otherwise says why not', async () => {
  const run = await runWrapper(python('sum(range(10**6))'), { metrics: ['cycles'] });
  const { cycles, instructions } = run.exit.totals;
  if (cycles?.kind === 'unavailable') {
    expect(cycles.reason).toMatch(/PMU|perf_event_paranoid|seccomp|no perf events/);
    expect(instructions?.kind).toBe('unavailable');
  } else {
    expect(cycles?.value).toBeGreaterThan(10 ** 6);
    expect(instructions?.value).toBeGreaterThan(10 ** 7);
  }
});

it('reports the missed ticks in the sample after a gap', async () => {
  const wrapper = await startWrapper(['sleep', '0.9'], { sampling_s: 0.05 });
  await wrapper.waitForState('started');
  await sleep(150);
  wrapper.kill('SIGSTOP');
  await sleep(300);
  wrapper.kill('SIGCONT');
  const run = await wrapper.ended();
  const said = run.samples.map((sample) => sample.missed_samples ?? 0);
  expect(Math.max(...said)).toBeGreaterThanOrEqual(4);
  expect(said.reduce((sum, one) => sum + one, 0)).toBe(run.exit.missed_samples);
});

describe('a meter of the experiment', () => {
  const meter = ['sh', '-c', 'while :; do echo 6.5; sleep 0.05; done'];

  it('gives power and energy of the device, and idle power separately', async () => {
    const run = await runWrapper(['sleep', '2'], { meter, idle_s: 0.4 });
    expect(run.exit.totals.energy_j).toMatchObject({
      kind: 'measured',
      source: `meter: ${meter.join(' ')}`,
    });
    expect(total(run, 'energy_j') / total(run, 'wall_s')).toBeCloseTo(6.5, 0);
    expect(total(run, 'energy_j.meter')).toBe(total(run, 'energy_j'));
    expect(total(run, 'power_idle_w')).toBe(6.5);
    expect(run.samples.some((sample) => sample.power_w === 6.5)).toBe(true);
    const started = run.states.find((line) => line.state === 'started');
    expect(started?.monotonic_s).toBe(run.exit.started_monotonic_s);
  });

  it('does not belong to the role, and does not outlive it', async () => {
    const seconds = `30.${String(process.hrtime.bigint())}`;
    const busy = `while :; do :; done & sleep ${seconds}`;
    const run = await runWrapper(['sleep', '0.6'], { meter: ['sh', '-c', busy] });
    expect(total(run, 'cpu_user_s') + total(run, 'cpu_system_s')).toBeLessThan(0.2);
    expect(Math.max(...run.samples.map((sample) => sample.processes ?? 0))).toBeLessThan(3);
    expect(run.processes.every((row) => !row.command.includes(seconds))).toBe(true);
    expect(await processesWith(seconds)).toEqual([]);
  });

  it.each([
    ['ends', ['sh', '-c', 'exit 7'], 'the meter has ended: sh exited with code 7'],
    [
      'prints no number',
      ['sh', '-c', 'echo watt; sleep 9'],
      "the meter did not print a number of watts: 'watt'",
    ],
    ['does not exist', ['/no/such/meter'], 'power_meter: /no/such/meter: No such file or directory'],
  ])('that %s records a reason, and the role runs', async (_, broken, reason) => {
    const run = await runWrapper(['sleep', '0.4'], { meter: broken });
    expect(run.code).toBe(0);
    expect(run.exit.totals.energy_j).toMatchObject({ value: null, kind: 'unavailable' });
    const told = run.states.find((line) => line.state === 'unavailable' && line.metric === 'power_w');
    expect(told?.reason).toContain(reason);
  });
});
