import { describe, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const discover = (...args: string[]) => workspace.collab('discover', ...args);
const onLab = ['--interface', `collab-${labName}`];

interface Found {
  host: string;
  how: string;
  mac: string | null;
  known: string | null;
}

describe('collab discover', () => {
  it('lists the devices that answer, how they were found and their names in the LAN', async () => {
    const { code, stdout, stderr } = await discover(...onLab, '--expect', '2');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/NAME +ADDRESS +FOUND BY +MAC +USER +SAVED AS\n/);
    expect(stdout).toMatch(/edge1\.local +[\d.]+ +mdns +([0-9a-f]{2}:){5}[0-9a-f]{2} +collab +edge1\n/);
    expect(stderr).toContain(`Looking for devices on collab-${labName} (mDNS, at most 5 s)`);
  });

  it('prints it as JSON, after the events', async () => {
    const { stdout } = await discover(...onLab, '--expect', '2', '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toMatchObject({ kind: 'network.looking', interfaces: [`collab-${labName}`] });
    const { devices: found } = lines.at(-1) as { devices: Found[] };
    expect(found.map(({ host, how, known }) => [host, how, known])).toEqual([
      ['edge1.local', 'mdns', 'edge1'],
      ['edge2.local', 'mdns', 'edge2'],
    ]);
  });

  it('finds them by a scan, too', async () => {
    const { code, stderr } = await discover(...onLab, '--scan', '--timeout', '1');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Trying port 22 of 253 addresses of [\d.]+\/24/);
  });

  it('says what was queried and why nothing may have answered', async () => {
    const { code, stderr } = await discover('--interface', 'lo', '--timeout', '0.3');
    expect(code).toBe(4);
    expect(stderr).toContain('No device answered on lo.');
    expect(stderr).toContain('lo (127.0.0.1/8)');
    expect(stderr).toContain('Likely causes:');
    expect(stderr).toMatch(/next: .*--scan/);
  });

  it.each([
    [['--interface', 'no-such'], 'no network interface no-such'],
    [['--interface', 'lo', '--timeout', '0'], 'between 0 and 600'],
    [['--interface', 'lo', '--expect', 'two'], 'whole number'],
  ])('%j is a usage error', async (args, said) => {
    const { code, stderr } = await discover(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
