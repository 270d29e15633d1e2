import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBroker } from '../../src/fleet/broker/index.js';
import { type FileStore, openStore } from '../../src/fleet/files/index.js';
import { contentOf, listed, newFile } from '../conformance/file-store.js';
import { ann, type Cluster } from '../fixtures/nats-cluster.js';
import { allCurrent, clusterWithStore, storeOf } from '../fixtures/store-cluster.js';

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
