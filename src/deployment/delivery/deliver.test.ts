import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CollabError } from '../../errors.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { deliver } from './deliver.js';
import type { DeliveryEvent } from './events.js';
import { inventoryOf } from './inventory.js';
import { LayerStore } from './layer-store.js';
import type { WantedImage } from './missing-layers.js';
import { layerRef, planDelivery } from './plan.js';

let store: LayerStore;
let events: DeliveryEvent[];
/** An image of three layers: a base of 5 MB, dependencies and code. */
let image: WantedImage;
let changed: WantedImage;
const run = { Cmd: ['python3'], Labels: { 'collab.image': 'code' } };

beforeEach(async () => {
  store = new LayerStore(await mkdtemp(join(tmpdir(), 'layers-')));
  events = [];
  const layer = async (content: string | Buffer) => (await store.add(Readable.from([content]))).diffId;
  const base = await layer(Buffer.alloc(5e6, 'b'));
  const dependencies = await layer('dependencies');
  const ofArm = { architecture: 'arm64', run };
  const below = [{ ref: 'collab/base-python:arm64-1', layers: [base], ...ofArm }];
  const withCode = async (ref: string, code: string, earlier: string[] = []) => ({
    below,
    earlier,
    spec: { ref, layers: [base, dependencies, await layer(code)], ...ofArm },
  });
  image = await withCode('collab/split:arm64-2', 'code');
  changed = await withCode('collab/split:arm64-3', 'changed code', [image.spec.ref]);
});

async function push(
  engine: FakeEngine,
  wanted: WantedImage[] = [image],
  {
    linkBytesPerS = 125e6,
    free = 1e12,
    signal,
  }: { linkBytesPerS?: number; free?: number; signal?: AbortSignal } = {},
) {
  const inventory = await inventoryOf(engine, wanted, store);
  const plan = planDelivery('nano1', wanted, inventory, store.sizeOf);
  const target = {
    engine,
    freeBytes: () => Promise.resolve(free),
    linkBytesPerS: () => Promise.resolve(linkBytesPerS),
  };
  const stock = () => Promise.resolve();
  return deliver(plan, target, { store, stock, signal, emit: (event) => events.push(event) });
}
const sent = () => events.flatMap((event) => (event.kind === 'delivery.done' ? [event.sent_bytes] : []));
const kinds = () => events.map(({ kind }) => kind).filter((kind) => kind !== 'delivery.progress');
const failed = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CollabError) return error;
  throw new Error(`not an error in our words: ${String(error)}`);
};

describe.each(['classic', 'containerd'] as const)('to a %s store', (kind) => {
  let nano1: FakeEngine;
  beforeEach(() => (nano1 = new FakeEngine('nano1', 'arm64', kind)));

  test('sends everything, then nothing, then what changed', async () => {
    const ids = await push(nano1);
    expect(ids.get(image.spec.ref)).toBe(await nano1.imageId(image.spec.ref));
    expect(nano1.images.size).toBe(2);
    await push(nano1);
    expect(kinds().at(-1)).toBe('delivery.present');
    await push(nano1, [changed]);
    const [first = 0, third = 0] = sent();
    expect(first).toBeGreaterThan(5e6);
    expect(third).toBeLessThan(2000);
    expect((await nano1.image(changed.spec.ref))?.layers).toEqual(changed.spec.layers);
  });

  test('the id is known before delivery', async () => {
    const [one, other] = [await push(nano1), await push(new FakeEngine('nano2', 'arm64', kind))];
    expect(one).toEqual(other);
  });

  test('a slow link gets gzipped bytes, which are cached', async () => {
    await push(nano1, [image], { linkBytesPerS: 12e6 });
    expect(sent()[0]).toBeLessThan(1e6);
    expect((await readdir(store.folder)).filter((name) => name.endsWith('.gz'))).toHaveLength(3);
    await push(new FakeEngine('nano2', 'arm64', kind), [image], { linkBytesPerS: 12e6 });
    expect(kinds().filter((one) => one === 'delivery.packed')).toHaveLength(3);
    expect((await nano1.image(image.spec.ref))?.layers).toEqual(image.spec.layers);
  });

  test('sends the whole image if the engine does not accept it in parts', async () => {
    await push(nano1);
    nano1.nextLoad = new Error('open blobs/sha256/1: no such file or directory');
    await push(nano1, [changed]);
    expect(kinds()).toContain('delivery.whole');
    expect(sent().at(-1)).toBeGreaterThan(5e6);
  });

  test('an engine that reports no error but has loaded nothing counts as failed', async () => {
    nano1.nextLoad = 'lost';
    const error = await failed(push(nano1));
    expect(error).toMatchObject({ name: 'delivery-cut', exitCode: 4 });
    expect(error.why).toContain('no such image');
    expect(kinds()).not.toContain('delivery.done');
    await push(nano1);
    expect(kinds().at(-1)).toBe('delivery.done');
  });
});

describe('a failed delivery', () => {
  let nano1: FakeEngine;
  beforeEach(() => (nano1 = new FakeEngine('nano1', 'arm64')));

  test('is not retried another way if the link or the engine is gone', async () => {
    nano1.nextLoad = new CollabError('engine-cut', { what: 'It went away.', next: 'Again.', exitCode: 4 });
    expect(await failed(push(nano1))).toMatchObject({ name: 'engine-cut' });
    expect(nano1.calls.filter((call) => call === 'load')).toHaveLength(1);
  });

  test('keeps its lowest layer, which is not sent again', async () => {
    nano1.nextLoad = new CollabError('engine-cut', { what: 'It went away.', next: 'Again.', exitCode: 4 });
    await failed(push(nano1));
    const [base = ''] = image.spec.layers;
    expect(nano1.images.has(layerRef(base))).toBe(true);
    await push(nano1);
    expect(sent()[0]).toBeLessThan(10_000);
    expect(nano1.images.has(layerRef(base))).toBe(false);
  });

  test('sends nothing to a full disk and says what to do', async () => {
    const error = await failed(push(nano1, [image], { free: 20e6 }));
    expect(error).toMatchObject({ name: 'device-full', exitCode: 4 });
    expect(error.next).toContain('collab images prune --only nano1');
    expect(nano1.calls).toEqual([]);
  });

  test('reports and discards a corrupt layer on this machine', async () => {
    const [base = ''] = image.spec.layers;
    await writeFile(join(store.folder, `${base.slice(7)}.tar`), Buffer.alloc(5e6, 'x'));
    const error = await failed(push(nano1));
    expect(error).toMatchObject({ name: 'delivery-cut' });
    expect(error.why).toContain('cache of this machine was damaged');
    expect(await store.lacks([base])).toEqual([base]);
  });

  test('ends on an interrupt, even during the transfer', async () => {
    const abort = new AbortController();
    const interrupted = new CollabError('interrupted', {
      what: 'Interrupted.',
      next: 'Again.',
      exitCode: 130,
    });
    vi.spyOn(nano1, 'importImage').mockImplementation(async (tar) => {
      tar.once('data', () => abort.abort(interrupted));
      await finished(tar, { writable: false });
    });
    expect(await failed(push(nano1, [image], { signal: abort.signal }))).toBe(interrupted);
    expect(await failed(push(nano1, [image], { signal: abort.signal }))).toBe(interrupted);
    expect(nano1.calls).toEqual([]);
  });
});
