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
const three = fleetOf(members, {
  keepers: { generation: 2, round: 1, ids: members.slice(0, 3).map(({ id }) => id), from: null },
});
const parts: SetupParts = {
  settingFlags: ['--ping-every-ms', '1000'],
  credentials: [
    { name: 'gossip.keys', content: 'secret-gossip', mode: 0o600 },
    { name: 'tls.pem', content: 'certificate', mode: 0o600 },
  ],
  secrets: { routePassword: 'secret-route', systemPassword: 'secret-system' },
  access: {
    fleet: 'lab',
    version: 1,
    users: [{ name: 'ann', role: 'admin', tokenSha256: '0'.repeat(64), brokerKey: 'UANN' }],
    members: members.map(({ id }, at) => ({ id, brokerKey: `UMEMBER${at + 1}` })),
    removedMembers: [],
  },
  brokerSeed: 'secret-seed',
  agentProgram: 'run()',
  dashboardProgram: null,
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
    setupOf(fleet, at(number), change).files.find(({ path }) => /^nats\/[0-9a-f]+\.conf$/.test(path))
      ?.content ?? '';
  const fileOf = (fleet: FleetRecord, number: number, path: string) =>
    setupOf(fleet, at(number)).files.find((one) => one.path === path);

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

  test('knows users, members, and keepers by their keys, each with its permissions', () => {
    const lines = fileOf(three, 1, 'nats/users.conf')?.content.split('\n') ?? [];
    const lineOf = (key: string) => lines.find((line) => line.includes(`nkey: ${key},`)) ?? '';
    expect(lineOf('UANN')).toContain('"i.p-ann.>"');
    expect(lineOf('UANN')).not.toContain('{ allow: [">"] }');
    expect(lineOf('UMEMBER1')).toContain('publish: { allow: [">"] }');
    expect(lineOf('UMEMBER4')).not.toContain('{ allow: [">"] }');
    expect(fileOf(three, 4, 'nats/users.conf')).toBeUndefined();
  });

  test('keeps the name that its agent gave it', () => {
    const file = fileOf(three, 1, 'nats/server-2.conf');
    expect(file?.content).toBe(`server_name: "${at(1).id}-2-1"\n`);
    expect(file?.isKept?.(`server_name: "${at(1).id}-2-1790000000"\n`)).toBe(true);
    expect(file?.isKept?.('')).toBe(false);
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

describe('the agent', () => {
  const agentOf = (fleet: FleetRecord, number: number, change?: Partial<SetupParts>) => {
    const { services, files } = setupOf(fleet, at(number), change);
    const [program = '', settings = ''] = (services.agent ?? []).map((path) => path.replace('/state/', ''));
    const contentOf = (path: string) => files.find((one) => one.path === path)?.content;
    return { services, program: contentOf(program), settings: contentOf(settings) ?? '{}', contentOf };
  };

  test('is told of the keepers, of the settings of files and of its tasks, and has its own seed', () => {
    const { program, settings, contentOf } = agentOf(three, 4);
    expect(program).toBe('run()');
    expect(JSON.parse(settings)).toMatchObject({
      member: { id: at(4).id, name: 'nano4' },
      keeper: false,
      generation: 2,
      keepers: [{ name: 'nano1' }, { name: 'nano2' }, { name: 'nano3', nats_port: 4222 }],
      nats_supervised: true,
      keep: 5,
      replace_after_s: 600,
      slots: 1,
      replicas: 8,
      tags: at(4).tags,
    });
    expect(contentOf('agent/broker.seed')).toBe('secret-seed\n');
  });

  test('of a keeper serves the API where the fleet wants it, on this machine on a port of its own', () => {
    const apiOf = (fleet: FleetRecord, member: FleetMember) => {
      const { services, files } = setupOf(fleet, member);
      const path = services.agent?.[1]?.replace('/state/', '');
      const text = files.find((file) => file.path === path)?.content ?? '{}';
      return (JSON.parse(text) as { api: object | null }).api;
    };
    const wanted = { ...three, settings: { ...three.settings, api_port: 7948 } };
    expect(apiOf(three, at(1))).toBeNull();
    expect(apiOf(wanted, at(1))).toEqual({ address: '0.0.0.0', port: 7948 });
    expect(apiOf(wanted, at(4))).toBeNull();
    const here = { ...at(1), address: '127.0.0.1', api_port: 41_000 };
    expect(apiOf({ ...wanted, kind: 'local' }, here)).toEqual({ address: '127.0.0.1', port: 41_000 });
  });

  test('of a keeper serves the dashboard where the fleet wants it; others do not even have its program', () => {
    const dashboardOf = (fleet: FleetRecord, member: FleetMember) => {
      const { services, files } = setupOf(fleet, member, { dashboardProgram: 'serve()' });
      const path = services.agent?.[1]?.replace('/state/', '');
      const text = files.find((file) => file.path === path)?.content ?? '{}';
      const { dashboard } = JSON.parse(text) as { dashboard: { program: string } | null };
      const program = files.find((file) => file.content === 'serve()')?.path;
      expect(dashboard?.program).toBe(program && `/state/${program}`);
      return dashboard;
    };
    const settings = { ...three.settings, dashboard_port: 7951, dashboard_hosts: ['lab.example.org'] };
    const wanted = { ...three, settings };
    expect(dashboardOf(three, at(1))).toBeNull();
    expect(dashboardOf(wanted, at(1))).toMatchObject({
      address: '0.0.0.0',
      port: 7951,
      hosts: ['lab.example.org'],
      http_port: 7947,
    });
    expect(dashboardOf(wanted, at(4))).toBeNull();
    const here = { ...at(1), address: '127.0.0.1', dashboard_port: 41_002 };
    expect(dashboardOf({ ...wanted, kind: 'local' }, here)).toMatchObject({
      address: '127.0.0.1',
      port: 41_002,
    });
  });

  test('of a keeper hears MQTT where the fleet wants it, and its server listens', () => {
    const mqttOf = (fleet: FleetRecord, member: FleetMember) => {
      const { services, files } = setupOf(fleet, member);
      const path = services.agent?.[1]?.replace('/state/', '');
      const text = files.find((file) => file.path === path)?.content ?? '{}';
      const nats = files.find((file) => file.path.endsWith('.conf') && file.content.includes('jetstream {'));
      const [, block = null] = /^mqtt \{\n([^}]*)/m.exec(nats?.content ?? '') ?? [];
      return { hears: (JSON.parse(text) as { mqtt: boolean }).mqtt, listen: block?.split('\n')[0] ?? null };
    };
    const wanted = { ...three, settings: { ...three.settings, mqtt_port: 8883 } };
    expect(mqttOf(three, at(1))).toEqual({ hears: false, listen: null });
    expect(mqttOf(wanted, at(1))).toMatchObject({
      hears: true,
      listen: expect.stringMatching(/^ {2}listen: ".*:8883"$/) as string,
    });
    expect(mqttOf(wanted, at(4))).toEqual({ hears: false, listen: null });
    const here = { ...at(1), address: '127.0.0.1', mqtt_port: 41_001 };
    expect(mqttOf({ ...wanted, kind: 'local' }, here).listen).toContain(':41001"');
  });

  test('of a keeper only has the password of the system account', () => {
    expect(agentOf(three, 1).contentOf('agent/system.password')).toBe('secret-system\n');
    expect(agentOf(three, 4).contentOf('agent/system.password')).toBeUndefined();
  });

  test('starts again with another program, other settings, or another seed', () => {
    const argumentsOf = (change?: Partial<SetupParts>) => agentOf(three, 1, change).services.agent;
    const changes = [{ agentProgram: 'other()' }, { brokerSeed: 'secret-other' }];
    for (const change of changes) expect(argumentsOf(change)).not.toEqual(argumentsOf());
    expect(agentOf(one, 1).services.agent).not.toEqual(argumentsOf());
    expect(argumentsOf({ settingFlags: [] })).toEqual(argumentsOf());
  });

  test('does not run on 32-bit ARM, whose image has no Node.js', () => {
    expect(setupOf(three, memberOf(4, { architecture: 'arm' })).services.agent).toBeUndefined();
  });
});

test('secrets are in files of mode 0600 only, and every change gives another hash', () => {
  const setup = setupOf(three, at(1));
  for (const { content, mode } of setup.files) if (content.includes('secret')) expect(mode).toBe(0o600);
  expect(setupOf(one, at(1)).hash).not.toBe(setup.hash);
});
