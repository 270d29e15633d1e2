import { describe, expect, test } from 'vitest';
import { fleetOf, memberOf } from '../../../tests/fixtures/fleet.js';
import { memberSetup, type SetupParts } from './member-setup.js';
import type { FleetMember, FleetRecord } from './record.js';

const members = [
  memberOf(1),
  memberOf(2),
  memberOf(3),
  memberOf(4, { tags: ['camera'], accelerator: 'cuda' }),
];
const one = fleetOf(members);
const three = fleetOf(members, { keepers: { generation: 2, ids: members.slice(0, 3).map(({ id }) => id) } });
const parts: SetupParts = {
  settingFlags: ['--ping-every-ms', '1000'],
  credentials: [
    { name: 'gossip.keys', content: 'secret-gossip', mode: 0o600 },
    { name: 'tls.pem', content: 'certificate', mode: 0o600 },
  ],
  secrets: { routePassword: 'secret-route', systemPassword: 'secret-system' },
};
const site = { folderOf: () => '/state' };
const setupOf = (fleet: FleetRecord, member: FleetMember, change: Partial<SetupParts> = {}) =>
  memberSetup(fleet, member, site, { ...parts, ...change });
const at = (number: number): FleetMember => members[number - 1] ?? memberOf(number);
const argument = (words: readonly string[] | undefined, flag: string) => words?.[words.indexOf(flag) + 1];

describe('the member program', () => {
  test('answers on the address of the LAN only', () => {
    expect(argument(setupOf(three, at(4)).services.member, '--http-address')).toBe('10.0.0.4');
  });

  test('is told who it is, where it listens, and of the keepers, but no secret', () => {
    const { services } = setupOf(three, at(4));
    expect(argument(services.member, '--id')).toBe(at(4).id);
    expect(argument(services.member, '--members')).toBe('10.0.0.1:7946,10.0.0.2:7946,10.0.0.3:7946');
    expect(argument(services.member, '--tags')).toBe('camera');
    expect(argument(services.member, '--accelerator')).toBe('cuda');
    expect(services.member).toContain('--ping-every-ms');
    expect(services.member).not.toContain('--public-read');
    expect(JSON.stringify(services)).not.toContain('secret');
  });

  test('keeps its arguments when other members come or go', () => {
    const smaller = fleetOf(members.slice(0, 2));
    expect(setupOf(smaller, at(2)).hash).toBe(setupOf(one, at(2)).hash);
  });

  test('of a fleet on this machine listens on loopback only', () => {
    const local = fleetOf([memberOf(1, { address: '127.0.0.1' })], { kind: 'local', lan: null });
    const { services } = setupOf(local, memberOf(1, { address: '127.0.0.1' }));
    for (const flag of ['--bind-address', '--http-address', '--advertise-address'])
      expect(argument(services.member, flag)).toBe('127.0.0.1');
    expect(services.member).not.toContain('--lease');
  });
});

describe('nats-server', () => {
  const config = (fleet: FleetRecord, number: number, change?: Partial<SetupParts>) =>
    setupOf(fleet, at(number), change).files.find(({ path }) => path.endsWith('.conf'))?.content ?? '';

  test('runs on keepers only', () => {
    expect(setupOf(three, at(4)).services.nats).toBeUndefined();
    expect(setupOf(three, at(1)).services.nats).toEqual([
      '-c',
      expect.stringMatching(/^\/state\/nats\/.*\.conf$/),
    ]);
  });

  test('alone it is no cluster; three know each other, and write each message to the disk', () => {
    expect(config(one, 1)).not.toContain('cluster');
    expect(config(three, 1)).toContain('nats://keeper:secret-route@10.0.0.2:6222');
    expect(config(three, 1)).not.toContain('@10.0.0.1:6222');
    expect(config(three, 1)).toContain('sync_interval: always');
  });

  test('each generation of keepers has a store of its own', () => {
    expect(config(one, 1)).toContain('/state/nats/store-1');
    expect(config(three, 1)).toContain('/state/nats/store-2');
  });

  test('starts again with another certificate, and goes on when a user is added', () => {
    const [gossip = { name: '', content: '', mode: 0 }, certificate = gossip] = parts.credentials;
    const users = {
      credentials: [gossip, certificate, { name: 'access.json', content: 'other', mode: 0o600 }],
    };
    const renewed = { credentials: [gossip, { ...certificate, content: 'renewed' }] };
    const nats = (change?: Partial<SetupParts>) => setupOf(three, at(1), change).services.nats;
    expect(nats(users)).toEqual(nats());
    expect(nats(renewed)).not.toEqual(nats());
  });
});

test('secrets are in files of mode 0600 only, and every change gives another hash', () => {
  const setup = setupOf(three, at(1));
  for (const { content, mode } of setup.files) if (content.includes('secret')) expect(mode).toBe(0o600);
  expect(setupOf(one, at(1)).hash).not.toBe(setup.hash);
});
