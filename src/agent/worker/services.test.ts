import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { freeDevice, noDoor, noEnvironments, unknownDevice } from '../../../tests/fixtures/free-device.js';
import { jobId, memberId, WorkLeader } from '../../../tests/fixtures/work-leader.js';
import { FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import type { RoleStart } from '../../deployment/runtimes/runtime.js';
import { systemClock } from '../../events.js';
import { openStore } from '../../fleet/files/jetstream-store.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { freePort, listenOn, takesConnections } from './tcp.js';
import { Worker } from './worker.js';

const address = '127.0.0.1';
let state: string;
let leader: WorkLeader;
let starts: RoleStart[];
let runtime: FakeRuntime;
let ending: AbortController;
let working: Promise<void>;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'services-'));
  leader = await WorkLeader.open();
  starts = [];
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await working;
  leader[Symbol.dispose]();
  await rm(state, { recursive: true });
});

const memberStore = (jobsOf: string) =>
  openStore(leader.broker, { kind: 'member', id: memberId, name: 'nano1', jobsOf });

/** A worker whose tasks end at once with code 0 if they are called `true`. */
function work(isApart: boolean, { slots = 4, replicas = 4 } = {}): void {
  runtime = new FakeRuntime(async (role) => {
    if (role.order.command[0] === 'true') await role.exit();
  });
  const prepare = runtime.prepare.bind(runtime);
  runtime.prepare = (one) => {
    starts.push(one);
    return prepare(one);
  };
  const user = { name: 'pi', uid: 1000, gid: 1000, home: state };
  const parts = {
    config: {
      member: { id: memberId, name: 'nano1' },
      tags: [],
      gpu: null,
      ...unknownDevice,
      slots,
      replicas,
    },
    images: isApart ? { refs: () => Promise.resolve([]), idFor: () => Promise.resolve('i') } : null,
    broker: leader.broker,
    connected: connectedTo(deviceOf('nano1', { facts: factsOf({ user }) }), new LocalShell()),
    state,
    openStore: memberStore,
    openRuntime: () => Promise.resolve(runtime),
    use: freeDevice(),
    makeEnvironment: noEnvironments,
    openDoor: noDoor,
    session: 's1',
  };
  working = new Worker(parts, { clock: systemClock, log: () => undefined, signal: ending.signal }).run();
}

const service = { port: 8080 };
const replicaNow = () => leader.asked.at(-1)?.replicas[0];

test('a process gets a free port, and the leader hears when it takes connections', async () => {
  work(false);
  await leader.give(['serve'], { service });
  await leader.until(() => replicaNow() !== undefined);
  const port = Number(starts[0]?.env?.COLLAB_PORT);
  expect(replicaNow()).toEqual({ job: jobId, task: 0, attempt: 1, port, ready: false });
  expect(port).not.toBe(service.port);
  const server = createServer();
  await listenOn(server, { address, port });
  await leader.until(() => replicaNow()?.ready === true);
  server.close();
  await leader.until(() => replicaNow()?.ready === false);
  await runtime.roles[0]?.exit({ code: 1 });
  await leader.until(() => replicaNow() === undefined);
});

test('a replica takes no slot, and replicas wait for slots of their own', async () => {
  leader.isGenerous = true;
  work(false, { slots: 1, replicas: 1 });
  for (const task of [0, 1]) await leader.give(['serve'], { task, service });
  await leader.give(['sleep'], { task: 2 });
  await leader.until(() => runtime.roles.length === 2);
  const trials = () => runtime.roles.map(({ order }) => order.trial);
  expect(trials().sort()).toEqual([1, 3]);
  expect(leader.asked.at(-1)).toMatchObject({ slots: 1, replica_slots: 1 });
  await runtime.roles.find(({ order }) => order.trial === 1)?.exit();
  await leader.until(() => trials().includes(2));
});

test('a container listens on its own port, and publishes it on a free one', async () => {
  work(true);
  await leader.give(['serve'], { service });
  await leader.until(() => starts.length === 1);
  expect(starts[0]?.env).toEqual({ COLLAB_PORT: '8080' });
  const [published] = starts[0]?.publish ?? [];
  expect(published).toMatchObject({ container: 8080, protocol: 'tcp' });
  await leader.until(() => replicaNow()?.port === published?.host);
});

test('the end of a replica is a failure, also with code 0, and counts as a restart', async () => {
  work(false);
  const given = await leader.give(['true'], { service, restarts: 4 });
  expect(await leader.endOf(given)).toMatchObject({
    outcome: 'failed',
    code: 0,
    reason: 'it exited with code 0, and a service is to run on',
  });
  const message = await leader.broker.last('JOBS', `j.${jobId}.0`);
  expect(JSON.parse(Buffer.from(message?.data ?? '').toString())).toMatchObject({ restarts: 5 });
});

test('the store has what the last five attempts left', async () => {
  work(false);
  for (const attempt of [1, 2, 3, 7]) await leader.endOf(await leader.give(['true'], { service, attempt }));
  const left = new Set<string>();
  for await (const { name } of (await memberStore('ann')).list(`jobs/${jobId}/trials`))
    left.add(name.split('/')[3] ?? '');
  expect([...left].sort()).toEqual(['1.3', '1.7']);
});

test('each service has an entrance, tasks find it, and it closes when the service is gone', async () => {
  work(false);
  const server = createServer();
  const replicas = [{ address, port: await listenOn(server, { address, port: 0 }) }];
  leader.services = [{ job: jobId, name: 'web-app', port: 8080, replicas }];
  const entry = () => leader.asked.at(-1)?.entries[0];
  await leader.until(() => entry() !== undefined);
  const port = entry()?.port ?? 0;
  expect(entry()).toEqual({ job: jobId, port, fault: null });
  expect(await takesConnections({ address, port }, 1000)).toBe(true);
  await leader.give(['sleep']);
  await leader.until(() => starts.length === 1);
  expect(starts[0]?.env).toEqual({ COLLAB_SERVICE_WEB_APP: `127.0.0.1:${port}` });
  expect(starts[0]?.hosts).toEqual([{ name: 'web-app', address }]);
  // A leader that does not know says nothing, and all stays.
  const asked = leader.asked.length;
  leader.services = null;
  await leader.until(() => leader.asked.length > asked + 2);
  expect(entry()?.port).toBe(port);
  leader.services = [];
  await leader.until(() => entry() === undefined);
  server.close();
  expect(await takesConnections({ address, port }, 1000)).toBe(false);
});

test('on a device of its own, a member takes connections on the port of the service', async () => {
  work(true);
  const port = await freePort('0.0.0.0');
  leader.services = [{ job: jobId, name: 'app', port, replicas: [] }];
  await leader.until(() => leader.asked.at(-1)?.entries[0]?.port === port);
});
