import { cpuUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import { LocalShell } from '../shell/index.js';
import { parseLoad, readLoad } from './load.js';

/** A line of /proc/<pid>/stat; CPU in ticks: user, system, and of waited-for children. */
const process = (pid: number, name: string, parent: number, ...ticks: number[]) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 0 0 0 0 0 ${ticks.join(' ')} 20 0 1 0 99 1 1`;

const device = (above: string, ...processes: string[]) => `@@before
1764400000.248000000
@@processors
1647.92
cpu  100 10 50 9000 40 5 15 30 0 0
1647.94
@@after
1764400000.252000000
@@boot
6c83e5dd-c8c9-422c-92e0-b5931def3306
@@above
${above}
@@processes
cpu  101 10 50 9000 40 5 15 30 0 0
cpu0 1 1 1 1 1 1 1 1 0 0
cpu1 1 1 1 1 1 1 1 1 0 0
intr 5 0
${processes.join('\n')}
@@end
`;

const listener = process(700, 'sshd', 1, 900, 900, 5000, 5000);
const engine = [process(800, 'dockerd', 1, 100, 20, 0, 0), process(801, 'containerd', 800, 30, 0, 0, 0)];
const shim = process(820, 'containerd-shim', 1, 4, 1, 2, 3);
const role = process(830, 'python3', 820, 5000, 5000, 0, 0);

describe('parseLoad', () => {
  it('counters of the processors, with where the moment lies', () => {
    expect(parseLoad(device('', listener))).toEqual({
      ofController: false,
      bootId: '6c83e5dd-c8c9-422c-92e0-b5931def3306',
      realtimeS: 1764400000.25,
      realtimeErrorS: expect.closeTo(0.002, 6) as number,
      uptimeS: expect.closeTo(1647.935, 6) as number,
      uptimeErrorS: expect.closeTo(0.015, 6) as number,
      cores: 2,
      busyS: 1.8,
      quietS: 90.7,
      sessionS: null,
      engineS: 0,
    });
  });

  it('the session is the login, with all that it started and waited for, but not the server for all logins', () => {
    const above =
      '903 sh -s\n902 sshd: pi@notty\n901 sshd: pi [priv]\n700 sshd: /usr/sbin/sshd [listener] 0 of 10';
    const session = [
      process(901, 'sshd', 700, 2, 3, 0, 0),
      process(902, 'sshd', 901, 5, 5, 40, 20),
      process(903, 'sh', 902, 1, 0, 0, 0),
      process(904, 'tail (f) x', 902, 10, 0, 0, 0),
    ];
    const other = [process(950, 'sshd', 700, 70, 7, 0, 0), process(951, 'make', 950, 700, 7, 0, 0)];
    const load = parseLoad(device(above, listener, ...other, ...session, ...engine, shim, role));
    expect(load?.sessionS).toBeCloseTo(0.86, 6);
    expect(load?.engineS).toBeCloseTo(1.5, 6);
  });

  it.each([
    ['root, who has one process', '903 sh\n901 sshd: root@notty\n700 /usr/sbin/sshd -D', 700],
    ['a server that is started for each login', '903 sh\n901 sshd: root@notty\n1 init', 1],
    ['dropbear', '903 sh\n901 dropbear -F\n700 dropbear -F', 700],
  ])('the session of %s', (_, above, parent) => {
    const name = above.includes('dropbear') ? 'dropbear' : 'sshd';
    const own = [process(901, name, parent, 6, 4, 0, 0), process(903, 'sh', 901, 1, 0, 0, 0)];
    expect(parseLoad(device(above, process(700, name, 1, 900, 0, 0, 0), ...own))?.sessionS).toBeCloseTo(
      0.11,
      6,
    );
  });

  it('output that is cut, and a device without these files, give no reading', () => {
    expect(parseLoad(device('', listener).replace('@@end', ''))).toBeNull();
    expect(
      parseLoad('@@before\n\n@@processors\n\n@@after\n@@boot\n@@above\n@@processes\n@@end\n'),
    ).toBeNull();
  });

  it('a `date` without fractions gives no wall clock', () => {
    expect(parseLoad(device('', listener).replace('.252000000', '.N'))?.realtimeS).toBeNull();
  });

  it('nor does a clock that was set back meanwhile', () => {
    expect(parseLoad(device('', listener).replace('.252000000', '.247000000'))?.realtimeS).toBeNull();
  });
});

describe('readLoad', () => {
  it('reads this machine, with the CPU time of this process', async () => {
    const before = await readLoad(new LocalShell());
    const usedS = () => cpuUsage().user / 1e6;
    const untilS = usedS() + 0.1;
    while (usedS() < untilS) Math.sqrt(untilS);
    const after = await readLoad(new LocalShell());
    expect(after?.ofController).toBe(true);
    expect(Number(after?.sessionS) - Number(before?.sessionS)).toBeGreaterThanOrEqual(0.08);
    expect(Number(after?.uptimeS)).toBeGreaterThan(Number(before?.uptimeS));
    expect(Number(after?.realtimeErrorS)).toBeGreaterThan(0);
  });

  it('the script runs on this machine', async () => {
    const { stdout } = await new LocalShell().exec(['sh', 'src/network/facts/load.sh']);
    expect(parseLoad(stdout)).toMatchObject({
      bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      sessionS: null,
      realtimeS: expect.closeTo(Date.now() / 1000, -1) as number,
      realtimeErrorS: expect.closeTo(0, 0) as number,
    });
  });

  it('is null for a device that is gone, not an error', async () => {
    expect(await readLoad(new FakeShell(() => Promise.reject(new Error('gone'))))).toBeNull();
  });
});
