import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerTo } from '../../src/agent/answers.js';
import { BrokerUsers } from '../../src/agent/broker-users.js';
import { Keeper } from '../../src/agent/keeper.js';
import { leaderOf } from '../../src/agent/leader.js';
import { renewRemovedServer, serverProcess } from '../../src/agent/own-server.js';
import { Scrubber } from '../../src/agent/scrubber.js';
import { systemClock } from '../../src/events.js';
import {
  type Access,
  type AgentConfig,
  type BrokerAdmin,
  connectAdmin,
  connectBroker,
  connectSystem,
  type ScrubEvent,
} from '../../src/fleet/index.js';
import { makeAuthority } from '../../src/fleet/credentials/certificates.js';
import { signAccess } from '../../src/fleet/credentials/access.js';
import { keeperConfig } from '../fixtures/agent-config.js';
import { ann, type Cluster, keeper, keeperId, startCluster } from '../fixtures/nats-cluster.js';
import {
  contentIn,
  ensureStreams,
  putContent,
  putFile,
  putRecord,
  recordOf,
} from '../fixtures/filled-broker.js';

const chunk = Buffer.alloc(1 << 20, 'content of a file');
const versionId = (letter: string) => letter.repeat(22);

function configOf(count: number, index: number, state = '/nowhere'): AgentConfig {
  const keepers = Array.from({ length: count }, (_, at) => ({
    id: keeperId(at + 1),
    name: `nano${at + 1}`,
    address: '127.0.0.1',
    nats_port: 4222,
  }));
  const member = { id: keeperId(index), name: `nano${index}` };
  return keeperConfig(state, { fleet: 'test', member, keepers, replace_after_s: 20 });
}

const access: Access = {
  fleet: 'test',
  version: 1,
  users: [{ name: 'ann', role: 'admin', tokenSha256: '0'.repeat(64), brokerKey: null }],
  members: [],
  removedMembers: [],
};

/** Runs the agents of some keepers until the test ends. */
function runKeepers(cluster: Cluster, indexes: readonly number[], lines: string[]) {
  const stop = new AbortController();
  const running = indexes.map(async (index) => {
    await using broker = await connectAdmin(cluster.access(keeper));
    const context = {
      clock: systemClock,
      log: (line: string) => void lines.push(`${index}: ${line}`),
      signal: stop.signal,
    };
    const none = { pid: () => Promise.resolve(null), signal: () => undefined };
    const parts = {
      config: configOf(cluster.servers.length, index),
      broker,
      server: none,
      system: () => connectSystem(cluster.system),
      access: () => Promise.resolve(access),
      mqtt: null,
      nowMs: () => performance.now(),
    };
    await new Keeper(parts, context).run();
  });
  return {
    running,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(running);
    },
  };
}

async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await systemClock.sleep(250);
  }
}

async function stateFolder(nats: string): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'collab-agent-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  await mkdir(join(state, 'member'));
  await symlink(nats, join(state, 'nats'));
  return state;
}

it('locks a user out within seconds whom the access document does not name any more', async () => {
  await using cluster = await startCluster({ servers: 1 });
  const [server] = cluster.servers;
  const state = await stateFolder(server?.folder ?? '');
  const authority = await makeAuthority('test');
  await writeFile(join(state, 'member/ca.pem'), authority.certificate);
  const publish = async (version: number, users: Access['users']) => {
    const members = [{ id: keeperId(1), brokerKey: cluster.publicKey(keeper) }];
    const text = signAccess({ ...access, version, users, members }, authority.key);
    await writeFile(join(state, 'member/access.json'), text);
  };
  const key = cluster.publicKey(ann);
  await publish(
    2,
    access.users.map((user) => ({ ...user, brokerKey: key })),
  );
  const lines: string[] = [];
  const config = configOf(1, 1, state);
  const users = new BrokerUsers(
    config,
    '',
    serverProcess(config.nats_pid_file),
    (line) => void lines.push(line),
  );
  await users.look();
  await using admin = await connectAdmin(cluster.access(keeper));
  await ensureStreams(admin, 1);
  await using user = await connectBroker(cluster.access(ann), { patienceMs: 3000 });
  expect(await user.publish('i.s.a', Buffer.from('a'))).toBe(1);
  await users.look();
  await publish(3, []);
  await users.look();
  await expect(
    (async () => {
      for (let second = 0; second < 5; second++) {
        await systemClock.sleep(1000);
        await user.publish('i.s.a', Buffer.from('b'));
      }
    })(),
  ).rejects.toMatchObject({ name: 'store-refused' });
  expect(lines).toHaveLength(2);
  // A keeper is not cut off for more than a moment.
  expect(await admin.publish('i.s.b', Buffer.from('b'))).toBeGreaterThan(1);
  await writeFile(join(state, 'member/access.json'), '{"payload":"","signature":""}');
  await expect(users.look()).rejects.toMatchObject({ name: 'access-broken' });
});

describe('five keepers', () => {
  it('have one leader, which removes what no record names and replaces a server that is gone', async () => {
    await using cluster = await startCluster({ servers: 5 });
    await using broker = await connectAdmin(cluster.access(keeper));
    await ensureStreams(broker);
    await putFile(broker, 'a', versionId('a'), chunk);
    await putContent(broker, versionId('g'), chunk);
    const lines: string[] = [];
    {
      await using keepers = runKeepers(cluster, [1, 2], lines);
      expect(keepers.running).toHaveLength(2);
      await until('a leader', 15, async () => (await leaderOf(broker, systemClock)) !== null);
      await using user = await connectBroker(cluster.access(ann));
      const abort = { space: 's', ids: [versionId('g'), versionId('a')] };
      expect(await answersOf(user.ask('ask.u-ann.abort', Buffer.from(JSON.stringify(abort))))).toEqual([
        { kind: 'aborted', removed: 1 },
      ]);
      expect(await contentIn(broker)).toHaveLength(1);
      await putFile(broker, 'b', versionId('b'), chunk);
      await systemClock.sleep(6000);
      await putRecord(broker, { format: 1, name: 'b', next: 2, versions: [] });
      await until('the content of b is gone', 15, async () => (await contentIn(broker)).length === 1);

      // Later, the lease may be lost for seconds: the server that is killed may lead its stream.
      expect(lines.filter((line) => line.endsWith(': leads'))).toHaveLength(1);
      const lost = cluster.servers[4];
      await lost?.kill();
      const replace = Buffer.from(JSON.stringify({ member: keeperId(5) }));
      // The agent waits until the cluster misses it.
      const told = await answersOf(user.ask('ask.u-ann.replace', replace));
      expect(told.at(0)).toEqual({ kind: 'removing', server: lost?.name });
      expect(told.at(-1)).toEqual({ kind: 'replaced', server: lost?.name });
      const streams = await broker.streams();
      expect(streams.every(({ replicas }) => replicas.filter((one) => one.isCurrent).length === 3)).toBe(
        true,
      );
    }
    await comesBack(cluster, broker);
    expect((await recordOf(broker, 'a')).versions).toHaveLength(1);
  }, 240_000);
});

/** The fifth server comes back after it was removed: as another one. */
async function comesBack(cluster: Cluster, broker: BrokerAdmin): Promise<void> {
  const server = cluster.servers[4];
  if (server === undefined) throw new TypeError('there is no fifth server');
  const configuration = join(server.folder, 'nats.conf');
  const text = await readFile(configuration, 'utf8');
  await writeFile(
    configuration,
    text.replace(/^server_name.*$/m, 'include "server-1.conf"').replace('/store"', '/store-1"'),
  );
  await writeFile(join(server.folder, 'server-1.conf'), `server_name: "${server.name}"\n`);
  await rename(join(server.folder, 'store'), join(server.folder, 'store-1'));
  await server.start();
  await until('the server runs', 10, () =>
    serverProcess(server.pidFile)
      .pid()
      .then((pid) => pid === server.pid),
  );
  const config = configOf(5, 5, await stateFolder(server.folder));
  const lines: string[] = [];
  const context = {
    clock: systemClock,
    log: (line: string) => void lines.push(line),
    signal: new AbortController().signal,
  };
  expect(await renewRemovedServer(config, broker, serverProcess(server.pidFile), context)).toBe(true);
  await server.kill();
  await server.start();
  await using system = await connectSystem(cluster.system);
  await until('it is back under another name', 40, async () => {
    const peers = await system.peers();
    return (
      peers.length === 5 && peers.every(({ isOffline, server: name }) => !isOffline && name !== server.name)
    );
  });
}

async function answersOf(answers: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const answer of answers) found.push(JSON.parse(Buffer.from(answer).toString()));
  return found;
}

it('repairs what flipped bits destroyed on one of three disks', async () => {
  await using cluster = await startCluster({ servers: 3 });
  await using broker = await connectAdmin(cluster.access(keeper));
  await ensureStreams(broker);
  const content = Buffer.concat([chunk, chunk, Buffer.from('end')]);
  await putFile(broker, 'a', versionId('a'), content);
  const [subject = ''] = await contentIn(broker);
  const stream = `FILES_${subject.split('.')[1] ?? ''}`;
  const follower = (await broker.stream(stream))?.replicas.find(({ isLeader }) => !isLeader)?.server ?? '';
  // Until then the server reads from its cache.
  await systemClock.sleep(15_000);
  await flipByte(cluster.servers.find(({ name }) => name === follower)?.folder ?? '', stream);

  const unasked = () => {
    throw new TypeError('nobody asks for that');
  };
  using answering = answerTo(
    'scrub',
    broker,
    {
      placement: () => Promise.resolve(null),
      abort: () => Promise.resolve(0),
      scrub: () => new Scrubber(broker, { clock: systemClock, signal: new AbortController().signal }).run(),
      replace: unasked,
      jobs: unasked,
      work: unasked,
    },
    () => Promise.resolve(access),
  );
  expect(answering).toBeDefined();
  await using user = await connectBroker(cluster.access(ann));
  const scrub = async () =>
    ((await answersOf(user.ask('ask.u-ann.scrub', Buffer.alloc(0)))) as ScrubEvent[]).filter(
      ({ kind }) => kind !== 'progress',
    );
  expect(await scrub()).toMatchObject([
    { kind: 'damaged', name: 'a', version: 1, part: 0, server: follower },
    { kind: 'repaired', name: 'a', version: 1 },
    { kind: 'done', files: 1, damaged: 1, repaired: 1, lost: 0 },
  ]);
  expect(await scrub()).toMatchObject([{ kind: 'done', damaged: 0, bytes: 3 * content.length }]);
}, 120_000);

/** In the middle of the messages of a stream. */
async function flipByte(folder: string, stream: string): Promise<void> {
  const messages = join(folder, 'store/jetstream/FLEET/streams', stream, 'msgs');
  const block = (await readdir(messages)).find((name) => name.endsWith('.blk')) ?? '';
  await using file = await open(join(messages, block), 'r+');
  const place = Math.floor((await file.stat()).size / 2);
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, place);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  await file.write(byte, 0, 1, place);
}
