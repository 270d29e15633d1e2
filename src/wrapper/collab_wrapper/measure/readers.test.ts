import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wrapperFolder } from '../../../../tests/fixtures/run-wrapper.js';

const fixtures = join(wrapperFolder, 'fixtures');

/** Runs Python in the wrapper's folder and gives what the expression `result` is. */
function inPython(code: string): unknown {
  const script = `import json\n${code}\nprint(json.dumps(result))`;
  return JSON.parse(execFileSync('python3', ['-B', '-c', script], { cwd: wrapperFolder, encoding: 'utf8' }));
}

const readCgroup = (fixture: string) =>
  inPython(`
from collab_wrapper.measure.cgroup import Cgroup
from collab_wrapper.linux import Unavailable
cgroup = Cgroup(True, ${JSON.stringify(join(fixtures, fixture))})
memory = cgroup.memory
try: peak = memory and [memory.peak_bytes(), memory.peak_source]
except Unavailable as reason: peak = str(reason)
result = {
    'cpu': cgroup.cpu and [cgroup.cpu.total_s(), cgroup.cpu.times_s()], 'cpu_reason': cgroup.cpu_reason,
    'charged_and_used': memory and memory.charged_and_used_bytes(), 'memory_reason': cgroup.memory_reason,
    'peak': peak, 'oom_kills': memory and memory.oom_kills()}`);

describe('counters of a cgroup', () => {
  it('version 1, as a container of Docker sees it', () => {
    expect(readCgroup('cgroup-v1')).toEqual({
      cpu: [0.02888721, [0.02888721, 0.016, 0.007997166]],
      cpu_reason: null,
      charged_and_used: [1425408, 1425408 - 77824],
      memory_reason: null,
      peak: [3825664, 'cgroup v1 memory.max_usage_in_bytes'],
      oom_kills: 2,
    });
  });

  it('version 2 with a namespace of its own', () => {
    expect(readCgroup('cgroup-v2')).toEqual({
      cpu: [0.931737, [0.931737, 0.666051, 0.265686]],
      cpu_reason: null,
      charged_and_used: [52428800, 52428800 - 20971520],
      memory_reason: null,
      peak: [73400320, 'cgroup v2 memory.peak'],
      oom_kills: 3,
    });
  });

  it('version 2 of a kernel before 5.19 has no peak, and says so', () => {
    expect(readCgroup('cgroup-v2-kernel-5.10')).toMatchObject({
      charged_and_used: [52428800, 31457280],
      oom_kills: null,
      peak: 'this kernel has no memory.peak in cgroup v2 (Linux 5.19 and later do)',
    });
  });

  it('version 2 without the memory controller, as on a Raspberry Pi by default', () => {
    expect(readCgroup('cgroup-v2-no-memory')).toMatchObject({
      cpu: [0.931737, expect.anything()],
      charged_and_used: null,
      memory_reason: expect.stringMatching(
        /^no cgroup counters: .*memory\.current: No such file or directory$/,
      ) as string,
    });
  });

  it('below the root of the mount, on a host', () => {
    expect(readCgroup('cgroup-v2-host')).toMatchObject({ cpu: [0.001, expect.anything()] });
  });

  it('nowhere: no number, but a reason', () => {
    expect(readCgroup('proc-net')).toMatchObject({
      cpu: null,
      cpu_reason: expect.stringMatching(
        /^no cgroup counters: .*cgroup: No such file or directory$/,
      ) as string,
    });
  });
});

it('takes bytes of all interfaces but lo, from the start on, also when one begins anew', () => {
  expect(
    inPython(`
import tempfile
from collab_wrapper.measure.network import Network, _counters, _lines
recorded = open(${JSON.stringify(join(fixtures, 'proc-net', 'dev'))}).read()
line = '  {}: {} 2 0 0 0 0 0 0 {} 1 0 0 0 0 0 0\\n'
head = ''.join(recorded.splitlines(True)[:2])
with tempfile.NamedTemporaryFile('w') as file:
    def write(*lines):
        file.seek(0); file.truncate(); file.write(head + ''.join(lines)); file.flush()
    write(line.format('lo', 5, 5), line.format('eth0', 1000, 100))
    network = Network(True, file.name)
    write(line.format('lo', 99, 99), line.format('eth0', 1500, 300), line.format('wlan0', 7, 8)); network.update()
    first = network.received_and_sent_bytes()
    write(line.format('eth0', 20, 10), line.format('wlan0', 7, 8)); network.update()
result = [{name: _counters(line) for name, line in _lines(recorded.encode()).items()}, first,
          network.received_and_sent_bytes(), network.interfaces]`),
  ).toEqual([
    { lo: [0, 0], eth0: [200, 0] },
    [507, 208],
    [527, 218],
    { lo: [94, 94], eth0: [520, 210], wlan0: [7, 8] },
  ]);
});

it('knows sockets that listen from those that are connected, by IPv4 and IPv6', () => {
  expect(
    inPython(`
from collab_wrapper.run.readiness import listening_sockets
result = [sorted(listening_sockets(port, ${JSON.stringify(join(fixtures, 'proc-net'))})) for port in (7000, 7001, 35196)]`),
  ).toEqual([['100282'], ['100283'], []]);
});

it('reads a process whose name has brackets and spaces', () => {
  expect(
    inPython(`
import os, tempfile
from collab_wrapper.linux import Process
with tempfile.TemporaryDirectory() as proc:
    os.mkdir(proc + '/14')
    with open(proc + '/14/stat', 'w') as file:
        file.write('14 (a) R 1 (b)) S 7 1 1 0 -1 4194304 61 0 0 0 3 4 50 600 20 0 1 0 109656 2924544 374 184467 9 9')
    with open(proc + '/14/cmdline', 'w') as file: file.write('a) R 1 (b)\\0--all\\0')
    p = Process(14, True, proc)
    result = [p.parent, p.zombie, p.own_ticks, p.children_ticks, p.resident_pages, p.command_line()]`),
  ).toEqual([7, false, 7, 650, 374, 'a) R 1 (b) --all']);
});

/** A CPU probe on a tree and on what was waited for, both of which the test sets. */
const cpuParts = `
from types import SimpleNamespace as Of
import collab_wrapper.measure.cpu as cpu
from collab_wrapper.run.command import Reaped
cpu.own_cpu_s = lambda: (0.0, 0.0)
tree = Of(sums=lambda: (0, 0, 0), scan=lambda: None)
reaped = Reaped()
probe = cpu.CpuProbe(None, tree, reaped, 0.1)
def at(now_s, **ticks):
    tree.sums = lambda: (sum(ticks.values()), 0, 0)
    row = {}
    probe.read(row, now_s)
    return row.get('cpu_percent')
def waited(user_s, system_s):
    reaped.add(Of(ru_utime=user_s, ru_stime=system_s, ru_maxrss=1, ru_minflt=0, ru_majflt=0, ru_nvcsw=0, ru_nivcsw=0))
def closed(account):
    user_s, system_s, _, exact = account.user_system_s()
    return [round(user_s, 6), round(system_s, 6), exact]`;

it('never lets the CPU counter step back when a child is gone that nobody waited for', () => {
  expect(
    inPython(`${cpuParts}
result = [at(0.0, parent=100, child=50), at(0.1, parent=100), at(0.2, parent=105)]`),
  ).toEqual([null, 0, 50]);
});

it('adds to wait4 what samples saw of a child that nobody waited for, and calls the sum an estimate', () => {
  expect(
    inPython(`${cpuParts}
account = cpu.CpuAccount(None, reaped, probe)
at(0.0, parent=100, child=50); at(0.1, parent=100)
waited(0.75, 0.25)
lost = closed(account)
waited(0.3, 0.2)
result = [lost, closed(account)]`),
  ).toEqual([
    [1.125, 0.375, false],
    [1.05, 0.45, true],
  ]);
});

it('splits the exact total of a cgroup as its ticks tell, and as wait4 does where there was none', () => {
  expect(
    inPython(`${cpuParts}
def account(before, after, helpers=0.0):
    times = iter([before, after])
    seen = iter([0.0, helpers])
    return closed(cpu.CpuAccount(Of(times_s=lambda: next(times), source=''), reaped, probe, lambda: next(seen)))
waited(0.002, 0.001)
result = [account((1.0, 0.5, 0.5), (3.0, 2.0, 1.0)), account((1.0, 0.5, 0.5), (1.003, 0.5, 0.5)),
          account((1.0, 0.5, 0.5), (3.0, 2.0, 1.0), helpers=0.4)]`),
  ).toEqual([
    [1.5, 0.5, true],
    [0.002, 0.001, true],
    [1.2, 0.4, true],
  ]);
});
