import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wrapperFolder } from '../../tests/fixtures/run-wrapper.js';

const fixtures = join(wrapperFolder, 'fixtures');

/** Runs Python in the wrapper's folder and gives what the expression `result` is. */
function inPython(code: string): unknown {
  const script = `import json\n${code}\nprint(json.dumps(result))`;
  return JSON.parse(execFileSync('python3', ['-B', '-c', script], { cwd: wrapperFolder, encoding: 'utf8' }));
}

const readCgroup = (fixture: string) =>
  inPython(`
from collab_wrapper.cgroup import Cgroup
from collab_wrapper.memory import peak_bytes
from collab_wrapper.unavailable import Unavailable
cgroup = Cgroup(True, ${JSON.stringify(join(fixtures, fixture))})
try: peak = peak_bytes(cgroup)
except Unavailable as reason: peak = str(reason)
result = {
    'cpu': cgroup.cpu and [cgroup.cpu.total_s(), cgroup.cpu.times_s()], 'cpu_reason': cgroup.cpu_reason,
    'used': cgroup.memory and cgroup.memory.used_bytes(), 'peak': peak}`);

describe('counters of a cgroup', () => {
  it('version 1, as a container of Docker sees it', () => {
    expect(readCgroup('cgroup-v1')).toEqual({
      cpu: [0.02888721, [0.02888721, 0.016, 0.007997166]],
      cpu_reason: null,
      used: 1425408 - 77824,
      peak: [3825664, 'cgroup v1 memory.max_usage_in_bytes'],
    });
  });

  it('version 2 with a namespace of its own', () => {
    expect(readCgroup('cgroup-v2')).toEqual({
      cpu: [0.931737, [0.931737, 0.666051, 0.265686]],
      cpu_reason: null,
      used: 52428800 - 20971520,
      peak: [73400320, 'cgroup v2 memory.peak'],
    });
  });

  it('version 2 of a kernel before 5.19 has no peak, and says so', () => {
    expect(readCgroup('cgroup-v2-kernel-5.10')).toMatchObject({
      used: 31457280,
      peak: 'this kernel has no memory.peak in cgroup v2 (Linux 5.19 and later have)',
    });
  });

  it('version 2 without the memory controller, as on a Raspberry Pi by default', () => {
    expect(readCgroup('cgroup-v2-no-memory')).toMatchObject({
      cpu: [0.931737, expect.anything()],
      used: null,
      peak: expect.stringMatching(
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
from collab_wrapper.network import Network, _interfaces
recorded = open(${JSON.stringify(join(fixtures, 'proc-net', 'dev'))}).read()
line = '  {}: {} 2 0 0 0 0 0 0 {} 1 0 0 0 0 0 0\\n'
head = ''.join(recorded.splitlines(True)[:2])
with tempfile.NamedTemporaryFile('w') as file:
    def write(*lines):
        file.seek(0); file.truncate(); file.write(head + ''.join(lines)); file.flush()
    write(line.format('lo', 5, 5), line.format('eth0', 1000, 100))
    network = Network(True, file.name)
    write(line.format('lo', 99, 99), line.format('eth0', 1500, 300), line.format('wlan0', 7, 8)); network.update()
    first = [network.received_bytes, network.sent_bytes]
    write(line.format('eth0', 20, 10), line.format('wlan0', 7, 8)); network.update()
result = [_interfaces(recorded), first, [network.received_bytes, network.sent_bytes]]`),
  ).toEqual([{ eth0: [200, 0] }, [507, 208], [527, 218]]);
});

it('knows sockets that listen from those that are connected, by IPv4 and IPv6', () => {
  expect(
    inPython(`
from collab_wrapper.listening import listening_sockets
result = [sorted(listening_sockets(port, ${JSON.stringify(join(fixtures, 'proc-net'))})) for port in (7000, 7001, 35196)]`),
  ).toEqual([['100282'], ['100283'], []]);
});

it('reads a process whose name has brackets and spaces', () => {
  expect(
    inPython(`
from collab_wrapper.procfs import Process
p = Process(b'14 (a) R 1 (b)) S 7 1 1 0 -1 4194304 61 0 0 0 3 4 50 600 20 0 1 0 109656 2924544 374 184467 9 9')
result = [p.parent, p.zombie, p.cpu_ticks, p.resident_pages]`),
  ).toEqual([7, false, 657, 374]);
});

it('never lets the CPU counter step back when a child is gone that nobody waited for', () => {
  expect(
    inPython(`
from types import SimpleNamespace as Of
from collab_wrapper.cpu import CpuProbe
tick = lambda **ticks: {name: Of(cpu_ticks=value) for name, value in ticks.items()}
tree = Of(scan=lambda: tick(parent=100))
probe = CpuProbe(None, tree, 0.1)
result = [probe.read(tick(parent=100, child=50), 0.0), probe.read(tick(parent=100), 0.1), probe.read(tick(parent=105), 0.2)]`),
  ).toEqual([{}, { cpu_percent: 0 }, { cpu_percent: 50 }]);
});

it('splits the exact total of a cgroup as its ticks tell, and as wait4 does where there was none', () => {
  expect(
    inPython(`
from types import SimpleNamespace as Of
import collab_wrapper.cpu as cpu
def account(before, after, children):
    times = iter([before, after]); waited = iter([(0.0, 0.0), children])
    cpu.own_cpu_s = lambda: (0.0, 0.0)
    cpu._children_s = lambda: next(waited)
    account = cpu.CpuAccount(Of(times_s=lambda: next(times), source=''))
    return [round(value, 6) for value in account.user_system_s()]
result = [account((1.0, 0.5, 0.5), (3.0, 2.0, 1.0), (9.0, 9.0)), account((1.0, 0.5, 0.5), (1.003, 0.5, 0.5), (0.002, 0.001))]`),
  ).toEqual([
    [1.5, 0.5],
    [0.002, 0.001],
  ]);
});
