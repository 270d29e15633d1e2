import { describe, expect, it } from 'vitest';
import { machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';
import { runUnprivileged } from '../../../../tests/fixtures/run-wrapper.js';

const python = (code: string) => ['/usr/bin/python3', '-c', code];

/** Three children whose parent ignores SIGCHLD: the kernel reaps them itself. */
const unwaited = `import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0:
        while time.process_time() < 0.3: pass
        os._exit(0)
time.sleep(1.5)`;

/** Totals that a process hands to the one that waits for it, and takes with it if nobody does. */
const handedOn = [
  'cpu_user_s',
  'cpu_system_s',
  'memory_peak_process_bytes',
  'io_read_bytes',
  'io_written_bytes',
  'disk_read_bytes',
  'disk_written_bytes',
  'page_faults_minor',
  'page_faults_major',
  'context_switches_voluntary',
  'context_switches_involuntary',
];

describe('where no cgroup can be made', () => {
  it('every total that wait4 passes on is an estimate, and says that it is a lower bound', async () => {
    const run = await runUnprivileged(python(unwaited));
    expect(run).toMatchObject({ code: 0, said: '' });
    for (const name of handedOn) {
      const total = run.exit.totals[name];
      expect([name, total?.kind]).toEqual([name, 'estimated']);
      expect(total?.source).toMatch(/at least this much|upper bound/);
    }
    const estimated = run.states.flatMap(({ state, metric }) => (state === 'estimated' ? [metric] : []));
    expect(estimated).toEqual(expect.arrayContaining(['cpu_percent', 'io_read_bytes', 'disk_written_bytes']));
  });

  it('memory_bytes is absent with the reason: resident sets are another quantity with another name', async () => {
    const run = await runUnprivileged(python('import time; time.sleep(0.3)'));
    expect(run.samples.every((sample) => !('memory_bytes' in sample))).toBe(true);
    expect(run.samples.some(({ memory_resident_bytes: bytes }) => (bytes ?? 0) > 2 ** 20)).toBe(true);
    const reason = expect.stringMatching(/shares the cgroup of its host.*could be made/) as string;
    expect(run.states).toContainEqual(
      expect.objectContaining({ state: 'absent', metric: 'memory_bytes', reason }),
    );
    expect(run.exit.totals.memory_peak_bytes).toMatchObject({ value: null, kind: 'unavailable', reason });
  });
});

describe('with a cgroup, its page faults tell whether wait4 passed on everything', () => {
  const judged = (before: string, after: string, passedOn: string, helpers = 'lambda: None') =>
    machinesInPython(`
from types import SimpleNamespace as Of
from collab_wrapper.measure import waited_for
waited_for.resource = Of(getrusage=lambda who: Of(ru_minflt=0, ru_majflt=0), RUSAGE_SELF=0)
faults = iter([${before}] + [${after}] * 3)
usage = Of(began_late=False, since=lambda: Of(minor_faults=${passedOn}, major_faults=0))
one = waited_for.WaitedFor(Of(faults=lambda: next(faults)), usage, ${helpers})
source, exact = one.judge()
result = [exact, 'at least' in source, one.is_lost, one.faults()]`);

  it('as many as wait4 says: the totals are exact', () => {
    expect(judged('(100, 2)', '(1102, 3)', '1002')).toEqual([true, false, false, [1001, 1]]);
  });
  it('more: a process is missing, and the totals are a lower bound', () => {
    expect(judged('(100, 2)', '(1102, 3)', '940')).toEqual([false, true, true, [1001, 1]]);
  });
  it('more by what an older kernel retries for pages on a disk: nobody can tell', () => {
    expect(judged('(100, 2)', '(1112, 12)', '1003')).toEqual([false, true, false, [1002, 10]]);
  });
  it('more, but a helper of the wrapper may have lost it: nobody can tell', () => {
    expect(judged('(100, 2)', '(1102, 3)', '940', 'lambda: (0, 0)')).toEqual([false, true, false, [1001, 1]]);
  });
  it('fewer: the kernel lags, and nobody can tell', () => {
    expect(judged('(100, 2)', '(1102, 3)', '1100')).toEqual([false, true, false, [1001, 1]]);
  });
});
