import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createUser } from '@nats-io/nkeys';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAdmin, connectBroker } from '../../src/fleet/broker/index.js';
import { type FileStore, makeStore, openStore } from '../../src/fleet/files/index.js';
import { contentOf, describeFileStore, listed, newFile } from '../conformance/file-store.js';
import { ann, bob, type Cluster, keeper, plainMember, startCluster } from '../fixtures/nats-cluster.js';
import { allCurrent, clusterWithStore, settings, storeOf } from '../fixtures/store-cluster.js';

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
});
