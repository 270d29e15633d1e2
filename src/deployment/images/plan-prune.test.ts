import { expect, test } from 'vitest';
import { FakeEngine } from '../engine/fake-engine.js';
import { CollabError } from '../../errors.js';
import { deviceImages, type DeviceImage } from './device-images.js';
import { planPrune } from './plan-prune.js';
import { prune } from './prune.js';

async function nano1(): Promise<{ engine: FakeEngine; images: DeviceImage[] }> {
  const engine = new FakeEngine('nano1');
  const add = (ref: string, kind: string, sizeBytes: number, ...layers: string[]) =>
    engine.images.set(ref, {
      id: `sha256:${ref}`,
      sizeBytes,
      layers,
      run: { Labels: { 'collab.image': kind, ...(kind === 'code' && { 'collab.experiment': 'split' }) } },
    });
  add('collab/split:new', 'code', 1320, 'base', 'deps', 'code', 'change');
  add('collab/split:old', 'code', 1310, 'base', 'deps', 'code');
  add('collab/dependencies:1', 'dependencies', 1300, 'base', 'deps');
  add('collab/base:1', 'base', 1000, 'base');
  add('collab/base:0', 'base', 900, 'older');
  engine.images.set('nginx:latest', { id: 'sha256:n', sizeBytes: 50, layers: ['n'], run: {} });
  return { engine, images: await deviceImages(engine) };
}
const refs = (images: readonly DeviceImage[]) => images.map((image) => image.refs[0]);

test('lists images made by collab, with the size that each adds to its base', async () => {
  const { images } = await nano1();
  expect(images.map((image) => [image.refs[0], image.ownBytes])).toEqual([
    ['collab/base:0', 900],
    ['collab/base:1', 1000],
    ['collab/dependencies:1', 300],
    ['collab/split:old', 10],
    ['collab/split:new', 10],
  ]);
  expect(images.at(-1)).toMatchObject({ kind: 'code', experiment: 'split' });
});

test('removes images without a needed tag, top layers first; the others keep their layers', async () => {
  const { images } = await nano1();
  const plan = planPrune(images, new Set(['collab/base:1', 'collab/dependencies:1', 'collab/split:new']));
  expect(refs(plan.keep)).toEqual(['collab/base:1', 'collab/dependencies:1', 'collab/split:new']);
  expect(refs(plan.remove)).toEqual(['collab/split:old', 'collab/base:0']);
  expect(plan.freedBytes).toBe(900);
});

test('keeps what somebody else needs, and says who', async () => {
  const { images } = await nano1();
  const owner = '/home/ann/other';
  const plan = planPrune(images, new Set(['collab/base:1', 'collab/dependencies:1']), ({ refs: of }) =>
    of.includes('collab/split:old') || of.includes('collab/base:1') ? owner : null,
  );
  expect(plan.keepFor.map(({ image, owner: of }) => [image.refs[0], of])).toEqual([
    ['collab/split:old', owner],
  ]);
  expect(refs(plan.remove)).toEqual(['collab/split:new', 'collab/base:0']);
});

test('removes all images if none is needed; keeps and reports those used by a container', async () => {
  const { engine, images } = await nano1();
  const { remove, freedBytes } = planPrune(images, new Set());
  expect(freedBytes).toBe(2220);
  const removeImage = engine.removeImage.bind(engine);
  engine.removeImage = (ref) =>
    ref === 'collab/base:0'
      ? Promise.reject(new CollabError('image-in-use', { what: 'In use.', next: 'Stop it.', exitCode: 5 }))
      : removeImage(ref);
  const { removed, inUse } = await prune(engine, remove);
  expect([removed.length, refs(inUse)]).toEqual([4, ['collab/base:0']]);
  expect([...engine.images.keys()]).toEqual(['collab/base:0', 'nginx:latest']);
});
