import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import { LocalShell } from '../shell/index.js';
import { deviceFacts } from './device-facts.js';
import { parseFacts, parseNtp } from './parse-facts.js';
import { parseJetson } from './parse-jetson.js';
import { parsePowerSensors } from './parse-power.js';
import { readFacts } from './read-facts.js';
import { Sections } from './sections.js';

const folder = new URL('fixtures/', import.meta.url);
const machines = readdirSync(folder).flatMap((file) => (file.endsWith('.txt') ? [file.slice(0, -4)] : []));
const printedBy = (machine: string) => readFileSync(new URL(`${machine}.txt`, folder), 'utf8');

describe('parseFacts', () => {
  it.each(machines)('reads what %s prints', (machine) => {
    const expected: unknown = JSON.parse(readFileSync(new URL(`${machine}.json`, folder), 'utf8'));
    expect(parseFacts(printedBy(machine))).toEqual(deviceFacts.parse(expected));
  });

  it('skips what a login script prints first', () => {
    const text = `Welcome to pi4!\n${printedBy('raspberry-pi-4-arm64')}`;
    expect(parseFacts(text).hostname).toBe('pi4');
  });

  it('names all missing facts', () => {
    const text = printedBy('debian-pc-docker-26')
      .replace(/MemTotal.*/, '')
      .replace('workbench\n', '\n');
    expect(() => parseFacts(text)).toThrow('The device did not report: hostname, memory.');
  });

  it('detects truncated output', () => {
    expect(() => parseFacts(printedBy('jetson-nano-r32').replace('@@end', ''))).toThrow(
      'the end of the output',
    );
  });

  it('strips control characters', () => {
    const text = printedBy('raspberry-pi-4-arm64').replace('pi4\n', '\x1b[31mpi4\x07\n');
    expect(parseFacts(text).hostname).toBe('pi4');
  });
});

describe('optional facts', () => {
  it('is missing in a LAN file of version 0.1, which can still be read', () => {
    const { diskTotalBytes, cudaDevices, jetson, cgroupVersion, ntp, powerSensors, ...old } = parseFacts(
      printedBy('jetson-nano-r32'),
    );
    const full = { diskTotalBytes, cudaDevices, jetson, cgroupVersion, ntp, powerSensors };
    expect(full).not.toMatchObject({ jetson: null, cgroupVersion: null });
    expect(deviceFacts.parse(old)).toEqual({
      ...old,
      diskTotalBytes: null,
      cudaDevices: [],
      jetson: null,
      cgroupVersion: null,
      ntp: 'unknown',
      powerSensors: [],
    });
  });

  it.each([
    ['NTPSynchronized=yes', 'synchronized'],
    ['NTPSynchronized=no', 'not-synchronized'],
    ['      System clock synchronized: no\n                  NTP service: active', 'not-synchronized'],
    ['Network time on: yes\nNTP synchronized: yes', 'synchronized'],
    ['Leap status     : Normal', 'synchronized'],
    ['associd=0 status=0615 leap_none, sync_ntp, 1 event, clock_sync,', 'synchronized'],
    ['associd=0 status=c011 leap_alarm, sync_unspec, 1 event, freq_not_set,', 'not-synchronized'],
    ['    return value: 0 (clock synchronized)', 'synchronized'],
    ['    return value: 5 (clock not synchronized)', 'not-synchronized'],
    ['System has not been booted with systemd as init system', 'unknown'],
    ['', 'unknown'],
  ])('NTP: %j is %s', (text, state) => {
    expect(parseNtp(text)).toBe(state);
  });

  it('takes the JetPack version from the L4T release without its package', () => {
    const of = (tegra: string, packages = '') =>
      parseJetson(new Sections(`@@tegra\n${tegra}\n@@packages\n${packages}`));
    const release = (major: number, revision: string) =>
      `# R${major} (release), REVISION: ${revision}, GCID: 1, BOARD: x`;
    expect(of(release(36, '4.0'))).toEqual({ l4t: '36.4.0', jetpack: '6.1' });
    expect(of(release(32, '7.1'))).toEqual({ l4t: '32.7.1', jetpack: '4.6.1' });
    expect(of(release(99, '1.0'))).toEqual({ l4t: '99.1.0', jetpack: null });
    expect(of('', 'nvidia-l4t-core 35.4.1-20230801124926')).toEqual({ l4t: '35.4.1', jetpack: '5.1.2' });
    expect(of('')).toBeNull();
  });

  it('ignores unknown power sensors', () => {
    expect(
      parsePowerSensors([
        'ina3221',
        'coretemp\tcoretemp\t/sys/class/hwmon/hwmon0\tyes',
        'ina226\t\t/x\tno',
        '',
      ]),
    ).toEqual([
      { kind: 'ina3221', name: 'ina3221', path: null, readable: false },
      { kind: 'ina219', name: 'ina219', path: '/x', readable: false },
    ]);
  });
});

describe('readFacts', () => {
  it('reads the facts of this machine', async () => {
    const facts = await readFacts(new LocalShell());
    expect(deviceFacts.parse(facts)).toEqual(facts);
    expect(facts.architecture).toBe({ x64: 'amd64', arm64: 'arm64', arm: 'arm' }[process.arch as string]);
    expect(facts.user.uid).toBe(process.getuid?.());
  });

  it('reports the message of a device that cannot run the script', async () => {
    const shell = new FakeShell(() => ({ code: 1, stderr: 'This account is only for sftp.\n' }));
    await expect(readFacts(shell)).rejects.toMatchObject({
      name: 'facts-unreadable',
      why: 'This account is only for sftp.',
    });
  });
});
