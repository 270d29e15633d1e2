import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createUser } from '@nats-io/nkeys';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAdmin, connectBroker } from '../../src/fleet/broker/index.js';
import { type FileStore, makeStore, openStore } from '../../src/fleet/files/index.js';
import { contentOf, describeFileStore, listed, newFile } from '../conformance/file-store.js';
import { ann, bob, type Cluster, keeper, plainMember, startCluster } from '../fixtures/nats-cluster.js';

const settings = {
  format: 1,
  fleet: 'lab',
  state: 'ready',
  keep: 5,
  replace_after_s: 600,
  replicas: 3,
} as const;

async function clusterWithStore(): Promise<Cluster> {
  const cluster = await startCluster();
  await using admin = await connectAdmin(cluster.access(keeper), { patienceMs: 60_000 });
  await makeStore(admin, settings);
  return cluster;
}

const storeOf = async (cluster: Cluster, name: 'ann' | 'bob'): Promise<FileStore> =>
  openStore(await connectBroker(cluster.access(name === 'ann' ? ann : bob)), { kind: 'user', name });

/** Waits until every replica has everything. */
async function allCurrent(cluster: Cluster): Promise<void> {
  await using admin = await connectAdmin(cluster.access(keeper), { patienceMs: 60_000 });
  for (;;) {
    const streams = await admin.streams();
    if (streams.every(({ replicas }) => replicas.filter(({ isCurrent }) => isCurrent).length === 3)) return;
    await pause(500);
  }
}

describeFileStore('JetStream, three servers', async () => {
  const cluster = await clusterWithStore();
  const store = await storeOf(cluster, 'ann');
  const agent = await connectAdmin(cluster.access(keeper));
  const answering = agent.answer('ask.*.abort', async function* () {
    yield await Promise.resolve(Buffer.from(JSON.stringify({ kind: 'aborted', removed: 0 })));
  });
  return {
    store,
    close: async () => {
      answering[Symbol.dispose]();
      await agent[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
});

describe('who may do what', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await clusterWithStore();
    await using store = await storeOf(cluster, 'ann');
    await store.put([newFile('private/secret', 'of ann'), newFile('shared', 'of all')]);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it('keeps private files to their user', async () => {
    await using anns = await storeOf(cluster, 'ann');
    await using bobs = await storeOf(cluster, 'bob');
    expect((await contentOf(anns, 'private/secret')).toString()).toBe('of ann');
    expect(await listed(anns, '')).toEqual(['private/secret', 'shared']);
    await expect(bobs.open('private/secret')).rejects.toMatchObject({ name: 'store-no-file' });
    expect(await listed(bobs, '')).toEqual(['shared']);
    await bobs.put([newFile('private/secret', 'of bob')]);
    expect((await contentOf(anns, 'private/secret')).toString()).toBe('of ann');
    const member = await connectBroker(cluster.access(plainMember));
    await using tasks = await openStore(member, { kind: 'member', id: 'x', name: 'nano1' });
    expect(await listed(tasks, '')).toEqual(['shared']);
    await expect(tasks.open('private/secret')).rejects.toMatchObject({ name: 'store-bad-name' });
  });

  it('lets in neither anonymous clients, nor unknown keys, nor others without TLS', async () => {
    const [server = ''] = cluster.addresses;
    const tls = { ca: cluster.ca, checkServerIdentity: () => undefined };
    const options = { servers: [server], reconnect: false };
    await expect(connect({ servers: [server], reconnect: false, tls })).rejects.toThrow(/Authorization/);
    const authenticator = nkeyAuthenticator(createUser().getSeed());
    await expect(connect(Object.assign({ tls, authenticator }, options))).rejects.toThrow(/Authorization/);
    await expect(connect(Object.assign({ tls: null, authenticator }, options))).rejects.toThrow();
    const other = { ...cluster.access(ann), seed: new TextDecoder().decode(createUser().getSeed()) };
    await expect(connectBroker(other)).rejects.toMatchObject({ name: 'store-refused' });
  });

  it('does not trust servers of another authority', async () => {
    await using elsewhere = await startCluster({ servers: 1 });
    const access = { ...cluster.access(ann), ca: elsewhere.ca };
    await expect(connectBroker(access, { patienceMs: 1000 })).rejects.toMatchObject({
      name: 'store-unreachable',
    });
  });

  it('gives nothing for forged subjects', async () => {
    const { seed } = cluster.access(bob);
    const bobs = await connect({
      servers: [...cluster.addresses],
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      inboxPrefix: '_INBOX.u-bob',
      tls: Object.assign({ ca: cluster.ca }, { checkServerIdentity: () => undefined }),
    });
    const consumer = (filter: object) =>
      JSON.stringify({
        stream_name: 'INDEX',
        config: Object.assign({ name: 'forged', ack_policy: 'none', deliver_policy: 'all' }, filter),
      });
    const record = 'i.p-ann.private.secret';
    const forged: [string, string][] = [
      [record, '{}'],
      ['f.00.p-ann.abc.0.0', 'x'],
      ['meta.state', '{}'],
      ['lease.leader', 'x'],
      [`$JS.API.DIRECT.GET.INDEX.${record}`, ''],
      ['$JS.API.DIRECT.GET.INDEX', JSON.stringify({ last_by_subj: record })],
      ['$JS.API.DIRECT.GET.INDEX.i.>', ''],
      ['$JS.API.STREAM.MSG.GET.INDEX', JSON.stringify({ last_by_subj: record })],
      ['$JS.API.STREAM.INFO.INDEX', JSON.stringify({ subjects_filter: '>' })],
      ['$JS.API.STREAM.INFO.FILES_00', JSON.stringify({ subjects_filter: '>' })],
      ['$JS.API.STREAM.PURGE.INDEX', JSON.stringify({ filter: record })],
      ['$JS.API.STREAM.DELETE.INDEX', ''],
      ['$JS.API.STREAM.LIST', ''],
      ['$JS.API.STREAM.UPDATE.STORE', '{}'],
      ['$JS.API.STREAM.CREATE.MIRROR', JSON.stringify({ name: 'MIRROR', mirror: { name: 'INDEX' } })],
      ['$JS.API.CONSUMER.CREATE.INDEX.forged.i.p-ann.>', consumer({ filter_subject: 'i.p-ann.>' })],
      ['$JS.API.CONSUMER.CREATE.INDEX.forged.i.s.>', consumer({ filter_subject: 'i.p-ann.>' })],
      ['$JS.API.CONSUMER.CREATE.INDEX.forged.i.s.>', consumer({ filter_subjects: ['i.>'] })],
      ['$JS.API.CONSUMER.CREATE.INDEX.forged.i.s.>', consumer({})],
      ['$JS.API.CONSUMER.CREATE.INDEX.forged', consumer({})],
      ['$JS.API.CONSUMER.DURABLE.CREATE.INDEX.forged', consumer({ durable_name: 'forged' })],
      ['$SYS.REQ.SERVER.PING.JSZ', ''],
      ['ask.u-ann.scrub', ''],
      ['ask.u-bob.scrub', ''],
      ['ask.m-00000000000000000001.placement', ''],
    ];
    for (const [subject, data] of forged) {
      const answer = await bobs.request(subject, data, { timeout: 3000 }).then(
        (message) => message.string(),
        (error: unknown) => `refused: ${String(error)}`,
      );
      expect(answer, `${subject} ${data}`).toMatch(/^refused|"error":/);
      expect(answer).not.toContain('private/secret');
    }
    for (const subject of ['_INBOX.u-ann.>', '_INBOX.>', '>', 'i.>', 'f.>', '$JS.ACK.>', 'ask.>', '$SYS.>']) {
      const refused = new Promise((resolve) => {
        bobs.subscribe(subject, { callback: (error) => resolve(error?.message ?? 'heard something') });
      });
      expect(await Promise.race([refused, pause(3000, 'silent')]), subject).toMatch(/Permissions Violation/);
    }
    await bobs.close();
    await using store = await storeOf(cluster, 'ann');
    expect((await contentOf(store, 'private/secret')).toString()).toBe('of ann');
  });

  it('says that there is no store, and makes none', async () => {
    await using empty = await startCluster({ servers: 1 });
    const open = async () => openStore(await connectBroker(empty.access(ann)), { kind: 'user', name: 'ann' });
    await expect(open()).rejects.toMatchObject({ name: 'store-missing' });
    await using admin = await connectAdmin(empty.access(keeper));
    expect(await admin.streams()).toEqual([]);
    await makeStore(admin, { ...settings, replicas: 1, state: 'filling' });
    await expect(open()).rejects.toMatchObject({ name: 'store-filling' });
  });
});

describe('keepers that are gone', () => {
  let cluster: Cluster;
  let store: FileStore;
  beforeAll(async () => {
    cluster = await clusterWithStore();
    store = await storeOf(cluster, 'ann');
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  it('puts and gets while a keeper is killed', async () => {
    const data = randomBytes(24 * 1024 * 1024);
    const server = cluster.servers[0];
    const put = async () => {
      for (let version = 1; version <= 3; version += 1)
        await store.put([newFile('killed', Buffer.concat([data, Buffer.from([version])]))]);
    };
    const killed = pause(300 + Math.random() * 1500).then(() => server?.kill());
    await Promise.all([put(), killed]);
    expect((await store.versions('killed')).map(({ version }) => version)).toEqual([3, 2, 1]);
    await server?.start();
    await allCurrent(cluster);
    const again = pause(Math.random() * 300).then(() => server?.kill());
    for (const version of [1, 2, 3]) {
      const got = await contentOf(store, 'killed', version);
      expect(got.subarray(0, data.length).equals(data)).toBe(true);
      expect(got.at(-1)).toBe(version);
    }
    await again;
    await server?.start();
    await allCurrent(cluster);
  });

  it('says how many keepers answer when two are gone, and goes on when one returns', async () => {
    await store.put([newFile('quorum', 'before')]);
    await cluster.servers[0]?.kill();
    await cluster.servers[1]?.kill();
    await using broker = await connectBroker(cluster.access(ann), { patienceMs: 5000 });
    const impatient = await openStore(broker, { kind: 'user', name: 'ann' });
    await expect(impatient.put([newFile('quorum', 'without')])).rejects.toMatchObject({
      name: 'store-unreachable',
      why: expect.stringContaining('1 of 3 keepers answers') as string,
    });
    await cluster.servers[1]?.start();
    await store.put([newFile('quorum', 'after')]);
    expect((await contentOf(store, 'quorum')).toString()).toBe('after');
    const texts = await Promise.all(
      (await store.versions('quorum')).map(async ({ version }) =>
        (await contentOf(store, 'quorum', version)).toString(),
      ),
    );
    // Of a put that failed, the answer may have been lost only.
    expect(texts.filter((text) => text !== 'without')).toEqual(['after', 'before']);
    await cluster.servers[0]?.start();
    await allCurrent(cluster);
  });

  it('has every acknowledged file after all keepers are killed at once', async () => {
    const hashes = new Map<string, string>();
    let isKilled = false as boolean;
    const put = (async () => {
      for (let count = 0; !isKilled; count += 1) {
        const data = randomBytes(500_000);
        const name = `all-killed/${count}`;
        try {
          await store.put([newFile(name, data)]);
          hashes.set(name, createHash('sha256').update(data).digest('hex'));
        } catch {
          return;
        }
      }
    })();
    await pause(2000);
    await Promise.all(cluster.servers.map((server) => server.kill()));
    isKilled = true;
    await Promise.all(cluster.servers.map((server) => server.start()));
    await put;
    expect(hashes.size).toBeGreaterThan(0);
    for (const [name, sha256] of hashes) {
      const got = await contentOf(store, name);
      expect(createHash('sha256').update(got).digest('hex')).toBe(sha256);
    }
  });
});

describe('memory and many files', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await clusterWithStore();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it('lists thousands of files, and the first ones before the last ones came', async () => {
    await using store = await storeOf(cluster, 'ann');
    const files = Array.from({ length: 2000 }, (_, at) => newFile(`many/${at % 10}/${at}`, ''));
    await store.put(files);
    expect(await listed(store, 'many')).toHaveLength(2000);
    expect(await listed(store, 'many/3')).toHaveLength(200);
    for await (const file of store.list('many')) {
      expect(file.name).toMatch(/^many/);
      break;
    }
  });

  it('does not fetch more than its window for a slow reader', async () => {
    await using store = await storeOf(cluster, 'ann');
    const block = randomBytes(1024 * 1024);
    const blocks = 300;
    const content = async function* () {
      await Promise.resolve();
      for (let at = 0; at < blocks; at += 1) yield block;
    };
    await store.put([{ ...newFile('slow', ''), content }]);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = 0;
    let bytes = 0;
    for await (const piece of (await store.open('slow')).content()) {
      bytes += piece.length;
      if (bytes % (20 * block.length) === 0) await pause(50);
      most = Math.max(most, process.memoryUsage().rss);
    }
    expect(bytes).toBe(blocks * block.length);
    expect(most - before).toBeLessThan(150 * 1024 * 1024);
  });
});
