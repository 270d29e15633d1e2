import { describe, expect, it } from 'vitest';
import { planCleanup, suspicionTime } from './cleanup.js';
import { profileNames, profiles } from './profiles.js';
import { checkFleetFile, defaultFleetSettings, parseFleetFile } from './settings-file.js';
import { defaultSettings, gossipParameters, gossipFlags } from './settings.js';

const faultsOf = async (text: string) => {
  const checked = await checkFleetFile(text);
  if (!('faults' in checked)) throw new Error('there is no fault');
  return checked.faults.map(({ line, path, message }) => `${line ?? '-'} ${path}: ${message}`);
};

describe('fleet.yaml', () => {
  it('means the profile lan when it is empty', async () => {
    const settings = await parseFleetFile('');
    expect(settings).toEqual({
      profile: 'lan',
      pingEveryMs: 1000,
      pingTimeoutMs: 500,
      indirectChecks: 3,
      cleanupMs: null,
      publicRead: false,
      ports: { gossip: 7946, http: 7947 },
      keep: 5,
      replaceAfterS: 600,
      slots: 1,
      replicas: 8,
      tasksPerUser: 1_000_000,
      runningPerUser: null,
      keepDays: null,
      apiPort: null,
      mqttPort: null,
      dashboardPort: null,
      dashboardHosts: [],
    });
    expect(settings).toEqual(defaultFleetSettings());
  });

  it('changes what it names, and leaves the rest to the profile', async () => {
    const text = `profile: fast\nping_every: 300ms\ncleanup: 3 s\npublic_read: true\nports:\n  http: 8000\nstore:\n  keep: 9\n  replace_after: 1h\njobs:\n  slots: 4\n  tasks_per_user: 100\n  running_per_user: 8\n  keep_days: 0.5\n`;
    expect(await parseFleetFile(text)).toEqual({
      profile: 'fast',
      pingEveryMs: 300,
      pingTimeoutMs: 150, // half of it: the profile's 200 ms are more
      indirectChecks: 3,
      cleanupMs: 3000,
      publicRead: true,
      ports: { gossip: 7946, http: 8000 },
      keep: 9,
      replaceAfterS: 3600,
      slots: 4,
      replicas: 8,
      tasksPerUser: 100,
      runningPerUser: 8,
      keepDays: 0.5,
      apiPort: null,
      mqttPort: null,
      dashboardPort: null,
      dashboardHosts: [],
    });
  });

  it.each([
    ['api: true', 7948],
    ['api: false', null],
    ['api: { port: 8443 }', 8443],
  ])('%s means the port %o', async (text, apiPort) => {
    expect(await parseFleetFile(text)).toMatchObject({ apiPort });
  });

  it.each([
    ['mqtt: true', 8883],
    ['mqtt: false', null],
    ['mqtt: { port: 1884 }', 1884],
  ])('%s means the port %o', async (text, mqttPort) => {
    expect(await parseFleetFile(text)).toMatchObject({ mqttPort });
  });

  it.each([
    ['dashboard: true', 7951, []],
    ['dashboard: false', null, []],
    ['dashboard: { port: 8443 }', 8443, []],
    ['dashboard: { hosts: [lab.example.org] }', 7951, ['lab.example.org']],
  ])('%s means the port %o and the names %j', async (text, dashboardPort, dashboardHosts) => {
    expect(await parseFleetFile(text)).toMatchObject({ dashboardPort, dashboardHosts });
  });

  it('reports every fault with its line, path and plain words', async () => {
    const text = [
      'profil: lan',
      'ping_every: 2',
      'ping_timeout: 1 minute',
      'indirect_checks: 50',
      'cleanup: 20m',
      'ports: {gossip: 0}',
      'public_read: 1',
      'store: {keep: 0, replace_after: 1s}',
      'jobs: {slots: -1, tasks_per_user: 0, running_per_user: 1.5, keep_days: 0}',
      'api: 7948',
    ].join('\n');
    expect(await faultsOf(text)).toEqual([
      '1 profil: there is no such key. Did you mean "profile"?',
      '2 ping_every: must be a duration with its unit, such as "1s" (units: ms, s, m, h)',
      '3 ping_timeout: must be a duration with one unit: write "1m"',
      '4 indirect_checks: must be a whole number from 0 to 20',
      '5 cleanup: must lie between 400ms and 10m',
      '6 ports.gossip: must be a port number from 1 to 65535',
      '7 public_read: must be true or false',
      '8 store.keep: must be a whole number from 1 to 1000',
      '8 store.replace_after: must lie between 30s and 720h',
      '9 jobs.slots: must be a whole number from 0 to 1000',
      '9 jobs.tasks_per_user: must be a whole number from 1 to 100000000',
      '9 jobs.running_per_user: must be a whole number from 1 to 1000000',
      '9 jobs.keep_days: must be a number of days above 0, at most 36500',
      '10 api: must be true, false, or a port such as { port: 7948 }',
    ]);
  });

  it('reports values that do not go together', async () => {
    expect(await faultsOf('ping_timeout: 1s\ncleanup: 1500ms\nports: {gossip: 7947}\n')).toEqual([
      '1 ping_timeout: must be shorter than ping_every, which is 1000 ms: others ask the member in the rest of it',
      '2 cleanup: must be at least 2 times ping_every, which is 1000 ms: a suspect needs that time to refute',
      '3 ports: gossip and http must differ',
    ]);
    expect(await faultsOf('mqtt: {port: 7947}\n')).toEqual([
      '1 mqtt: must have another port than gossip, http, and api',
    ]);
    expect(await faultsOf('api: true\nmqtt: {port: 7948}\n')).toEqual([
      '2 mqtt: must have another port than gossip, http, and api',
    ]);
    expect(await faultsOf('mqtt: 1883\n')).toEqual([
      '1 mqtt: must be true, false, or a port such as { port: 8883 }',
    ]);
    expect(await faultsOf('dashboard: 7951\n')).toEqual([
      '1 dashboard: must be true, false, or such as { port: 7951, hosts: [lab.example.org] }',
    ]);
    for (const text of ['{port: 0}', '{hosts: [https://lab]}', '{host: lab}'])
      expect(await faultsOf(`dashboard: ${text}\n`), text).toHaveLength(1);
    expect(await faultsOf('api: true\ndashboard: {port: 7948}\n')).toEqual([
      '2 dashboard: must have another port than gossip, http, api, and mqtt',
    ]);
    expect(await faultsOf('api: {port: 7946}\n')).toEqual([
      '1 api: must have another port than gossip and http',
    ]);
    expect(await faultsOf('ping_every: 1m1s\nping_timeout: 2s\n')).toHaveLength(2);
  });

  it('refuses what is no map, invalid YAML, and a huge file', async () => {
    expect(await faultsOf('- a\n')).toHaveLength(1);
    expect(await faultsOf('profile: lan\nprofile: fast\n')).toHaveLength(1);
    expect(await faultsOf('#'.repeat(200_000))).toEqual(['- : is larger than 100 kB']);
    await expect(parseFleetFile('profile: none')).rejects.toMatchObject({
      name: 'fleet-settings-invalid',
      exitCode: 2,
      why: 'fleet.yaml:1  profile: must be one of lan, fast, wan',
    });
  });
});

describe('suspicionTime', () => {
  const lan = profiles.lan;
  it('does what memberlist does', () => {
    expect(suspicionTime(lan, 8)).toEqual({ leastMs: 4000, mostMs: 24_000, confirmations: 2 });
    expect(suspicionTime(lan, 100)).toEqual({ leastMs: 8000, mostMs: 48_000, confirmations: 2 });
    expect(suspicionTime(lan, 50)).toMatchObject({ leastMs: 6792 }); // log10(50) = 1.69897, cut after three digits
    expect(suspicionTime(lan, 3)).toEqual({ leastMs: 4000, mostMs: 4000, confirmations: 0 });
    expect(suspicionTime(profiles.fast, 8)).toEqual({ leastMs: 1000, mostMs: 1000, confirmations: 0 });
  });
});

describe('planCleanup', () => {
  const plan = (cleanupMs: number, members: number) =>
    planCleanup({ cleanupMs, pingEveryMs: 1000, suspicionMaxMult: 6 }, members);

  it('finds the multiplier, and says what really results', () => {
    expect(plan(5000, 8)).toEqual({
      suspicionMult: 5,
      leastMs: 5000,
      mostMs: 30_000,
      confirmations: 3,
      isExact: true,
    });
    expect(plan(5000, 100)).toMatchObject({ suspicionMult: 3, leastMs: 6000, isExact: false });
    expect(plan(1000, 1000)).toMatchObject({ suspicionMult: 2, leastMs: 6000, isExact: false });
  });
});

describe('gossipFlags', () => {
  it('gives the program all parameters of the profile', () => {
    expect(gossipFlags(defaultSettings(), 8).join(' ')).toBe(
      '--ping-every-ms 1000 --ping-timeout-ms 500 --indirect-checks 3 --suspicion-mult 4 --suspicion-max-mult 6 --gossip-every-ms 200 --gossip-nodes 3 --push-pull-every-ms 30000 --retransmit-mult 4',
    );
  });

  it('turns cleanup into a multiplier for the size of the fleet', async () => {
    const settings = await parseFleetFile('cleanup: 8s');
    expect(gossipParameters(settings, 8).suspicionMult).toBe(8);
    expect(gossipParameters(settings, 100).suspicionMult).toBe(4);
  });

  it('has profiles that keep the rules of fleet.yaml', () => {
    for (const name of profileNames) {
      const { pingEveryMs, pingTimeoutMs } = profiles[name];
      expect(pingTimeoutMs).toBeLessThan(pingEveryMs);
    }
  });
});
