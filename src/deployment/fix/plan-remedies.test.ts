import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../tests/fixtures/connected-device.js';
import type { DeviceFacts } from '../../network/index.js';
import { parseFacts } from '../../network/facts/parse-facts.js';
import { planRemedies, type DeviceState } from './plan-remedies.js';
import { commandText } from './remedy.js';

const machine = (name: string) =>
  parseFacts(readFileSync(new URL(`../../network/facts/fixtures/${name}.txt`, import.meta.url), 'utf8'));
const plan = (facts: DeviceFacts, more: Partial<DeviceState> = {}) =>
  planRemedies({ facts, engineAnswers: facts.engine.available, clockOffsetMs: 0, ...more });
/** What the user sees: the commands or the advice for each lack. */
const told = (facts: DeviceFacts, more: Partial<DeviceState> = {}) =>
  plan(facts, more).map(({ lack, commands, advice }) => [
    lack,
    ...commands.map((command) => commandText(command, facts.user.uid === 0)),
    ...(advice === null ? [] : [advice]),
  ]);
const apt = 'env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120';
const absent = { available: false, cause: 'not-installed', reason: '' } as const;
const root = { name: 'root', uid: 0, gid: 0, home: '/root' };

it('plans nothing for a device that lacks nothing', () => {
  expect(plan(factsOf())).toEqual([]);
});

describe('the engine', () => {
  it('is installed on a Raspberry Pi, and its login joins the docker group', () => {
    const facts = machine('raspberry-pi-3-64-bit-kernel');
    expect(told(facts).slice(0, 2)).toEqual([
      [
        'engine',
        `sudo ${apt} update`,
        `sudo ${apt} -y --no-install-recommends install docker.io apparmor ca-certificates`,
        'sudo systemctl enable --now docker',
      ],
      ['docker group', `sudo usermod -aG docker ${facts.user.name}`],
    ]);
  });

  it('comes with its client on Debian 13, with the NVIDIA runtime on a Jetson', () => {
    const packages = (change: Partial<DeviceFacts>) =>
      told(factsOf({ engine: absent, ...change }))[0]?.[2]?.replace(/.*install /, '');
    expect(packages({})).toBe('docker.io docker-cli apparmor ca-certificates');
    expect(packages({ os: { id: 'debian', version: '12', name: '' } })).toBe(
      'docker.io apparmor ca-certificates',
    );
    expect(packages({ os: { id: 'debian', version: '', name: 'sid' } })).toBe(
      'docker.io docker-cli apparmor ca-certificates',
    );
    const ubuntu = { id: 'ubuntu', version: '22.04', name: '' };
    expect(packages({ os: ubuntu })).toBe('docker.io apparmor ca-certificates');
    expect(packages({ os: ubuntu, jetson: { l4t: '36.3.0', jetpack: null } })).toBe(
      'docker.io apparmor ca-certificates nvidia-container',
    );
  });

  it('is installed by the commands of Alpine', () => {
    const facts = { ...machine('alpine-arm64-no-engine'), user: root };
    expect(told(facts)[0]).toEqual([
      'engine',
      'apk add docker',
      'rc-update add docker default',
      'rc-service docker start',
    ]);
  });

  it("is only described if the system's commands are unknown", () => {
    const facts = factsOf({ engine: absent, os: { id: 'nixos', version: '24', name: '' } });
    expect(told(facts)).toEqual([
      ['engine', expect.stringContaining('https://docs.docker.com')],
      ['docker group', 'Put pi into the group docker.'],
    ]);
  });

  it('is started by systemd or the init system', () => {
    const stopped = { available: false, cause: 'not-running', reason: '' } as const;
    expect(told(factsOf({ engine: stopped, init: 'systemd' }))).toEqual([
      ['engine running', 'sudo systemctl enable --now docker'],
    ]);
    expect(told(factsOf({ engine: stopped, init: 'other', user: root }))).toEqual([
      ['engine running', 'service docker start'],
    ]);
  });

  it('is only opened to the login if nothing else is missing', () => {
    const facts = machine('engine-permission-denied');
    expect(told(facts)).toContainEqual(['docker group', `sudo usermod -aG docker ${facts.user.name}`]);
  });

  it('is left alone if it answers without a client, or if no command can fix it', () => {
    expect(plan(factsOf({ engine: absent }), { engineAnswers: true })).toEqual([]);
    expect(plan(factsOf({ engine: { available: false, cause: 'other', reason: 'odd' } }))).toEqual([]);
  });
});

it('python3 is installed where it reads sensors; package lists are fetched once', () => {
  const update = `sudo ${apt} update`;
  expect(told(factsOf({ python: null }))).toEqual([]);
  const model = 'Raspberry Pi 4 Model B';
  expect(told(factsOf({ python: null, model }))).toEqual([
    ['python', update, `sudo ${apt} -y --no-install-recommends install python3`],
  ]);
  const both = told(factsOf({ python: null, engine: absent, model })).flat();
  expect(both.filter((line) => line === update)).toHaveLength(1);
});

it('frees disk space of unreferenced data; named images are left to the user', () => {
  expect(told(factsOf({ diskFreeBytes: 5e8 }))).toEqual([
    [
      'disk',
      'docker image prune --force',
      'docker builder prune --force',
      'sudo apt-get clean',
      'Images that no container uses go with: docker image prune -a',
    ],
  ]);
});

describe('the clock', () => {
  const clock = (change: Partial<DeviceFacts>, clockOffsetMs: number | null) =>
    told(factsOf(change), { clockOffsetMs });

  it('is set by its offset to this machine, which stays valid while the user reads', () => {
    expect(clock({}, -157_680_000_500)).toEqual([
      ['clock', "sudo date --utc --set '+157680000.500 seconds'"],
    ]);
    expect(clock({}, 5000)).toEqual([['clock', "sudo date --utc --set '-5.000 seconds'"]]);
    expect(clock({ os: { id: 'alpine', version: '3.22', name: '' } }, 5000)[0]?.[1]).toContain('date -u -s');
  });

  it("is left alone if it is right, unreadable, or kept by NTP; then this machine's clock is suspect", () => {
    expect(clock({}, 900)).toEqual([]);
    expect(clock({}, null)).toEqual([]);
    expect(clock({ ntp: 'synchronized' }, 5000)).toEqual([]);
  });

  it('is kept by NTP from now on, if systemd can do so', () => {
    const [remedy, ...others] = clock({ ntp: 'not-synchronized', init: 'systemd' }, 0);
    expect(remedy?.slice(0, 2)).toEqual(['time service', 'sudo timedatectl set-ntp true']);
    expect(others).toEqual([]);
    expect(clock({ ntp: 'not-synchronized', init: 'other' }, 0)).toEqual([]);
  });
});
