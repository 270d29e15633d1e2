import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInPython, machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';
import { wrapperFolder } from '../../../../tests/fixtures/run-wrapper.js';

const fixtures = join(wrapperFolder, 'fixtures');

const readCgroup = (fixture: string) => checkInPython('cgroup_counters.py', join(fixtures, fixture));

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

  it('version 2 with its own namespace', () => {
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

  it('without a cgroup, gives a reason instead of a number', () => {
    expect(readCgroup('proc-net')).toMatchObject({
      cpu: null,
      cpu_reason: expect.stringMatching(
        /^no cgroup counters: .*cgroup: No such file or directory$/,
      ) as string,
    });
  });
});

it('counts bytes of all interfaces but lo from the start, even if a counter restarts', () => {
  expect(checkInPython('network_bytes.py', join(fixtures, 'proc-net', 'dev'))).toEqual([
    { lo: [0, 0], eth0: [200, 0] },
    [507, 208],
    [527, 218],
    { lo: [94, 94], eth0: [520, 210], wlan0: [7, 8] },
  ]);
});

it('adds the headers of segments that the kernel counts as one packet', () => {
  const [header, header6] = [14 + 20 + 20 + 12, 14 + 40 + 20 + 12];
  expect(checkInPython('wire_bytes.py')).toEqual([
    [0, 0],
    [700 * header, 303 * header],
    [0, 0],
    [0, 0],
    [7 * header6, 100 * header6],
  ]);
});

it('distinguishes listening from connected sockets, with IPv4 and IPv6', () => {
  expect(
    machinesInPython(`
from collab_wrapper.linux import sockets_at
result = [sorted(sockets_at(port, ['tcp'], ${JSON.stringify(join(fixtures, 'proc-net'))})) for port in (7000, 7001, 35196)]`),
  ).toEqual([['100282'], ['100283'], []]);
});

it('reads a process whose name contains parentheses and spaces', () => {
  expect(checkInPython('process_stat.py')).toEqual([7, false, 7, 650, 374, 'a) R 1 (b) --all']);
});

const cpuParts = 'from cpu_parts import *';

it('the CPU counter never goes back when an unreaped child disappears', () => {
  expect(
    machinesInPython(`${cpuParts}
result = [at(0.0, parent=100, child=50), at(0.1, parent=100), at(0.2, parent=105)]`),
  ).toEqual([null, 0, 50]);
});

it('without a cgroup, CPU is an estimate; the sampled CPU of an unreaped child is added', () => {
  expect(
    machinesInPython(`${cpuParts}
account = cpu.CpuAccount(None, usage, probe)
at(0.0, parent=100, child=50); at(0.1, parent=100)
waited(0.75, 0.25)
lost = closed(account)
waited(0.3, 0.2)
result = [lost, closed(account)]`),
  ).toEqual([
    [1.125, 0.375, false],
    [1.05, 0.45, false],
  ]);
});

it('splits the exact total of a cgroup in proportion to its ticks, or to wait4 without ticks', () => {
  expect(
    machinesInPython(`${cpuParts}
def account(before, after, helpers=0.0):
    times = iter([before, after])
    seen = iter([0.0, helpers])
    return closed(cpu.CpuAccount(Of(times_s=lambda: next(times), source=''), usage, probe, lambda: next(seen)))
waited(0.002, 0.001)
result = [account((1.0, 0.5, 0.5), (3.0, 2.0, 1.0)), account((1.0, 0.5, 0.5), (1.003, 0.5, 0.5)),
          account((1.0, 0.5, 0.5), (3.0, 2.0, 1.0), helpers=0.4)]`),
  ).toEqual([
    [1.5, 0.5, true],
    [0.002, 0.001, true],
    [1.2, 0.4, true],
  ]);
});
