import { expect, test } from 'vitest';
import type { EngineImage } from '../engine/index.js';
import { digestOf, imageDocuments, type ImageSpec } from './image-spec.js';
import { expectedId, missingLayers, type DeviceInventory } from './missing-layers.js';
import { planDelivery } from './plan.js';

const sizes: Record<string, number> = { base: 1000e6, small: 1e6, deps: 300e6, code: 1e6, code2: 2e6 };
const sizeOf = (diffId: string) => sizes[diffId] ?? null;
const spec = (ref: string, ...layers: string[]): ImageSpec => ({
  ref,
  architecture: 'amd64',
  layers,
  run: {},
});
const base = spec('collab/base:1', 'base');
const server = { spec: spec('collab/split:1', 'base', 'code'), below: [base] };
const client = { spec: spec('collab/split:2', 'base', 'deps', 'code'), below: [base] };

function has(store: DeviceInventory['store'], ...specs: ImageSpec[]): DeviceInventory {
  const images = specs.map((one): [string, EngineImage] => [
    one.ref,
    {
      layers: one.layers,
      repoDigests: [],
      architecture: 'amd64',
      run: {},
      content: '',
      sizeBytes: 0,
      id: expectedId(one, store, sizeOf) ?? '',
    },
  ]);
  return { store, images: new Map(images) };
}
const plan = (inventory: DeviceInventory, ...wanted: (typeof server)[]) =>
  planDelivery('nano1', wanted, inventory, sizeOf);
const missing = (one: ReturnType<typeof plan>) =>
  one.images.map((image) => image.missing.map(({ diffId }) => diffId));

test('an empty device gets everything, and layers that two images share only once', () => {
  const empty = plan(has('classic'), server, client, server);
  expect(missing(empty)).toEqual([
    ['base', 'code'],
    ['deps', 'code'],
  ]);
  expect(empty.images.map(({ way }) => way)).toEqual(['import', 'partial']);
  expect(empty.images.map(({ alongside }) => alongside.map(({ ref }) => ref))).toEqual([
    ['collab/base:1'],
    [],
  ]);
  expect(empty.missingBytes).toBe(1302e6);
});

test('space is needed for what stays and for the largest spooled archive; imports are not spooled', () => {
  expect(plan(has('classic'), server, client).neededBytes).toBe(1302e6 + 301e6 + 32e6);
  expect(plan(has('containerd'), server).neededBytes).toBe(2 * 1001e6 + 32e6);
  expect(plan(has('classic', server.spec), server).neededBytes).toBe(0);
});

test('does not send what exists; layers count from the bottom', () => {
  expect(missing(plan(has('classic', base), server))).toEqual([['code']]);
  expect(missing(plan(has('classic', spec('collab/other:1', 'base', 'deps')), client))).toEqual([['code']]);
  expect(missing(plan(has('classic', spec('collab/other:1', 'deps', 'base')), client))).toEqual([
    ['base', 'deps', 'code'],
  ]);
  expect(plan(has('classic', server.spec), server).images[0]).toMatchObject({ present: true, missing: [] });
});

test('a tag that points to something else does not count', () => {
  const other = { ...server.spec, layers: ['base', 'code2'] };
  expect(plan(has('classic', other), server).images[0]?.present).toBe(false);
  const otherRun = has('classic', { ...server.spec, run: { Cmd: ['sh'] } });
  const image = plan(otherRun, server).images[0];
  expect([image?.present, image?.missing, image?.layersThere]).toEqual([false, [], 2]);
});

test('only a classic store imports, and only large layers', () => {
  expect(plan(has('containerd'), server).images[0]).toMatchObject({ way: 'partial' });
  const small = { spec: spec('collab/a:1', 'small', 'code'), below: [] };
  expect(plan(has('classic'), small).images[0]).toMatchObject({
    way: 'partial',
    why: 'its layers are small',
  });
});

test('fetches the layers that the device lacks first', () => {
  const lacking = missingLayers([server, client], has('classic', base), sizeOf);
  expect(lacking.map(({ missing }) => missing)).toEqual([['code'], ['deps', 'code']]);
});

test('the id is that of the configuration or the manifest, depending on the store', () => {
  const { config, manifest } = imageDocuments(server.spec, sizeOf);
  expect(expectedId(server.spec, 'classic', () => null)).toBe(digestOf(config));
  expect(expectedId(server.spec, 'containerd', sizeOf)).toBe(digestOf(manifest ?? Buffer.alloc(0)));
  expect(expectedId(server.spec, 'containerd', () => null)).toBeNull();
});
