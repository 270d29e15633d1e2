import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  enter,
  enterPlainly,
  first,
  isLetIn,
  jobOf,
  leaveAll,
  type MqttAccess,
  type MqttUser,
  publish,
  subscribe,
} from './mqtt-client.js';
import { localPid } from '../e2e/local-fleet.js';
import { TestWorkspace } from '../e2e/workspace.js';

/** Jobs by MQTT on a fleet of three processes on this machine, with mqtt.js as the client. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 300 };
const long = 180_000;

let ann: MqttUser;
let bob: MqttUser;
/** Of the store, while nobody speaks MQTT. */
let streamsBefore: number;
const jobs = async () =>
  (
    await workspace.result<{ jobs: { id: string; name: string; owner: string; state: string }[] }>(
      'job',
      'list',
      '--local',
    )
  ).jobs;

interface Status {
  store: {
    leader: string | null;
    quorum: boolean;
    degraded: boolean;
    streams: number;
    below_target: number;
  };
}
const status = () => workspace.result<Status>('fleet', 'status', '--local');

async function userOf(name: string): Promise<MqttUser> {
  return { name, access: await workspace.result<MqttAccess>('fleet', 'user', 'mqtt', name, '--local') };
}

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 600_000);
afterAll(async () => {
  leaveAll();
  await workspace.collab('fleet', 'down', '--local', '--purge');
});

it('is off until fleet.yaml says otherwise', async () => {
  const refused = await workspace.collab('fleet', 'user', 'mqtt', 'nobody', '--local');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('does not speak MQTT');
  expect(refused.stderr).toContain('mqtt: true');
  streamsBefore = (await status()).store.streams;
});

it(
  'a user of the fleet gets a password once, with addresses and topics',
  async () => {
    writeFileSync(at('fleet.yaml'), 'profile: fast\nmqtt: true\n');
    const up = await workspace.collab('fleet', 'up', '--local', '--settings', 'fleet.yaml');
    expect(up.code, up.stderr).toBe(0);
    const users = await workspace.result<{ users: { name: string; own: boolean }[] }>(
      'fleet',
      'user',
      'list',
      '--local',
    );
    ann = await userOf(users.users.find(({ own }) => own)?.name ?? '');
    await workspace.result('fleet', 'user', 'add', 'bo.b', '--out', 'bob.json', '--local');
    bob = await userOf('bo.b');
    expect(ann.access.addresses).toHaveLength(3);
    // Brokers learn it some seconds after the members.
    for (const user of [ann, bob])
      for (const keeper of [0, 1, 2]) await vi.waitUntil(() => isLetIn(user, keeper), within);
    expect(bob.access.topics.submit).toBe('collab/jobs/bo=2eb/submit');
    const unknown = await workspace.collab('fleet', 'user', 'mqtt', 'eve', '--local');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('has no user named "eve"');
  },
  long,
);

it(
  'a job that is submitted is accepted, runs, and its end comes with QoS 1',
  async () => {
    const { client, said } = await enter(ann, 'ann-1');
    for (const topic of [ann.access.topics.accepted, ann.access.topics.refused, ann.access.topics.ended])
      expect(await subscribe(client, topic)).toEqual([1]);
    await publish(client, ann.access.topics.submit, jobOf('hello', 'sh', '-c', 'echo hello'));
    const { body: accepted } = await first(said, 'accepted', 'hello');
    expect(accepted).toMatchObject({ id: 'hello', name: 'hello', tasks: 1 });
    const ended = await first(said, 'ended', 'hello');
    expect(ended.qos).toBe(1);
    expect(ended.body).toMatchObject({
      id: 'hello',
      job: { id: accepted.job, owner: ann.name, state: 'done' },
    });
    const logs = await workspace.collab('job', 'logs', 'hello', '--local');
    expect(logs.stdout).toBe('hello\n');
    // Published again, with what the first client has and from another one, it is the same job.
    const again = await enter(ann, 'ann-2', 1);
    await subscribe(again.client, `collab/jobs/${ann.name}/+/+`);
    await publish(again.client, ann.access.topics.submit, jobOf('hello', 'sh', '-c', 'echo hello'));
    expect((await first(again.said, 'accepted', 'hello')).body.job).toBe(accepted.job);
    expect((await jobs()).filter(({ name }) => name === 'hello')).toHaveLength(1);
    await publish(again.client, ann.access.topics.submit, jobOf('hello', 'sh', '-c', 'echo other'));
    expect((await first(again.said, 'refused', 'hello')).body).toMatchObject({ error: 'job-exists' });
    await again.client.endAsync(true);
    await client.endAsync(true);
  },
  long,
);

it(
  'files of a job are copied from the store; what is not there, and what cannot be read, is refused',
  async () => {
    mkdirSync(at('data'), { recursive: true });
    writeFileSync(at('data', 'own.txt'), 'from the store\n');
    await workspace.result('store', 'put', 'data', 'work/data', '--local');
    const { client, said } = await enter(ann, 'ann-files');
    await subscribe(client, `collab/jobs/${ann.name}/+/+`);
    const { submit } = ann.access.topics;
    await publish(client, submit, { ...jobOf('files', 'cat', 'own.txt'), files: 'store:work/data' });
    await publish(client, submit, { ...jobOf('nothing', 'true'), files: 'store:no/such' });
    await publish(client, submit, { ...jobOf('local', 'true'), files: '/etc' });
    await publish(client, submit, { ...jobOf('no-command', 'x'), definition: { name: 'x', command: [] } });
    await publish(client, submit, 'no json');
    expect((await first(said, 'ended', 'files')).body.job).toMatchObject({ state: 'done' });
    expect((await workspace.collab('job', 'logs', 'files', '--local')).stdout).toBe('from the store\n');
    expect((await first(said, 'refused', 'nothing')).body.error).toMatch(/^(store|job)-/);
    expect((await first(said, 'refused', 'local')).body.reason).toContain('must be a folder in the store');
    expect((await first(said, 'refused', 'no-command')).body.reason).toContain('definition.command');
    expect((await first(said, 'refused', '-')).body.reason).toContain('no JSON');
    await client.endAsync(true);
  },
  long,
);

it(
  'a wrong password, no password, and plain text are not let in',
  async () => {
    for (const password of ['wrong', bob.access.password, ''])
      await expect(enter({ ...ann, access: { ...ann.access, password } }, 'x')).rejects.toThrow(
        /not authorized/i,
      );
    await expect(enter(ann, 'x', 0, { isAnonymous: true })).rejects.toThrow(/not authorized/i);
    expect(await enterPlainly(ann.access.addresses[0] ?? '')).toBe('closed');
  },
  long,
);

it(
  "another user's topics are refused, also with that user's client id",
  async () => {
    const mine = await enter(ann, 'shared-id');
    await subscribe(mine.client, ann.access.topics.ended);
    const { client, said } = await enter(bob, 'bob-1', 1);
    for (const topic of [
      ann.access.topics.ended,
      ann.access.topics.submit,
      `collab/jobs/${ann.name}/#`,
      'collab/jobs/+/ended/+',
      '#',
      '+/#',
      '$MQTT/#',
      '$MQTT/sub/#',
      '$MQTT/msgs/#',
      '$JS/#',
      'j/#',
    ])
      expect(await subscribe(client, topic), topic).toEqual([128]);
    expect(await subscribe(client, bob.access.topics.accepted)).toEqual([1]);
    await publish(client, ann.access.topics.submit, jobOf('evil', 'true'));
    await publish(client, bob.access.topics.submit, jobOf('mine', 'true'));
    await first(said, 'accepted', 'mine');
    const all = await jobs();
    expect(all.some(({ name }) => name === 'evil')).toBe(false);
    expect(all.find(({ name }) => name === 'mine')?.owner).toBe('bo.b');
    // The broker knows a session by its client id alone. Who takes it over does not hear what the other user asked for.
    const thief = await enter(bob, 'shared-id', 2);
    const other = await enter(ann, 'ann-3');
    await subscribe(other.client, ann.access.topics.ended);
    await publish(other.client, ann.access.topics.submit, jobOf('secret', 'true'));
    await first(other.said, 'ended', 'secret');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(thief.said).toEqual([]);
    for (const one of [mine, thief, other]) await one.client.endAsync(true);
    await client.endAsync(true);
  },
  long,
);

it(
  'the leader is killed between submit and end: the client, which was away, hears it from another keeper',
  async () => {
    const { client, said } = await enter(ann, 'ann-away');
    await subscribe(client, `collab/jobs/${ann.name}/+/+`);
    await publish(client, ann.access.topics.submit, jobOf('slow', 'sh', '-c', 'sleep 8'));
    await first(said, 'accepted', 'slow');
    await client.endAsync();
    const { leader } = (await status()).store;
    process.kill(localPid(workspace, leader ?? '', 'agent'), 'SIGKILL');
    // Nobody leads now: what is published is kept.
    const between = await enter(ann, 'ann-between', 1);
    await subscribe(between.client, ann.access.topics.accepted);
    await publish(between.client, ann.access.topics.submit, jobOf('meanwhile', 'true'));
    await first(between.said, 'accepted', 'meanwhile', 90_000);
    await vi.waitUntil(
      async () => (await jobs()).find(({ name }) => name === 'slow')?.state === 'done',
      within,
    );
    const back = await enter(ann, 'ann-away', 2);
    const ended = await first(back.said, 'ended', 'slow');
    expect(ended.qos).toBe(1);
    expect(ended.body).toMatchObject({ id: 'slow', job: { state: 'done' } });
    await first(back.said, 'ended', 'meanwhile');
    expect((await jobs()).filter(({ name }) => name === 'slow')).toHaveLength(1);
    for (const one of [between, back]) await one.client.endAsync(true);
    await workspace.result('fleet', 'up', '--local');
  },
  long,
);

it(
  'a password is replaced by the next one, and is taken away',
  async () => {
    const before = bob;
    bob = await userOf('bo.b');
    await vi.waitUntil(async () => !(await isLetIn(before)), within);
    const { client } = await enter(bob, 'bob-2');
    const isGone = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await workspace.result('fleet', 'user', 'mqtt', 'bo.b', '--remove', '--local');
    await isGone;
    await expect(enter(bob, 'bob-2')).rejects.toThrow(/not authorized/i);
  },
  long,
);

it('the streams of MQTT count as those of the store, and have all their replicas', async () => {
  await vi.waitUntil(async () => (await status()).store.below_target === 0, within);
  const { store } = await status();
  expect(store).toMatchObject({ quorum: true, degraded: false });
  expect(store.streams).toBe(streamsBefore + 5);
});
