import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { CollabError } from '../../errors.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { deliver, type DeliveryEvent } from './deliver.js';
import { planDelivery, type ImageIdentity } from './plan.js';

const base = { ref: 'collab/base-python:arm64-1', imageId: 'sha256:base', content: 'sha256:base' };
const code = { ref: 'collab/split:arm64-2', imageId: 'sha256:code', content: 'sha256:code' };

function controllerWith(...images: { ref: string; imageId: string }[]): FakeEngine {
  const engine = new FakeEngine('this machine');
  for (const { ref, imageId } of images) engine.images.set(ref, { id: imageId, sizeBytes: 1000 });
  return engine;
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

test('planned: what is there with the same id is not sent, each image once', () => {
  const present = new Map<string, ImageIdentity>([
    [base.ref, base],
    [code.ref, { imageId: 'sha256:older', content: 'older' }],
  ]);
  expect(planDelivery('nano1', [base, code, base], present)).toEqual({
    device: 'nano1',
    images: [
      { ...base, present: true },
      { ...code, present: false },
    ],
  });
  expect(planDelivery('nano1', [base], new Map()).images[0]?.present).toBe(false);
});

test('planned: a store that makes other ids of the same content has the image', () => {
  const there = new Map([[code.ref, { imageId: 'sha256:manifest', content: code.content }]]);
  expect(planDelivery('nano1', [code], there).images[0]?.present).toBe(true);
});

test('what is missing is sent, what is there is only told', async () => {
  const [from, to] = [controllerWith(base, code), controllerWith(base)];
  const events: DeliveryEvent[] = [];
  const plan = planDelivery('nano1', [base, code], new Map([[base.ref, base]]));
  await deliver(plan, from, to, { emit: (event) => events.push(event) });
  expect(await to.imageId(code.ref)).toBe(code.imageId);
  expect(to.calls).toEqual(['load']);
  expect(events.map(({ kind, ref }) => [kind, ref])).toEqual([
    ['delivery.present', base.ref],
    ['delivery.started', code.ref],
    ['delivery.done', code.ref],
  ]);
  expect(events.at(-1)).toMatchObject({ device: 'nano1', imageId: code.imageId });
});

test('an image that the device names by another id did not arrive', async () => {
  const [from, to] = [controllerWith(code), controllerWith()];
  vi.spyOn(to, 'load').mockImplementation(async (tar) => {
    await buffer(tar);
  });
  const error = await caught(
    deliver(planDelivery('nano1', [code], new Map()), from, to, { emit: () => undefined }),
  );
  expect(error).toMatchObject({ name: 'delivery-cut', exitCode: 4 });
  expect((error as CollabError).why).toContain(code.imageId);
});

test('a source that breaks in the middle fails the delivery', async () => {
  const [from, to] = [controllerWith(code), controllerWith()];
  vi.spyOn(from, 'save').mockImplementation(() => {
    const tar = new Readable({ read: () => undefined });
    tar.push(Buffer.alloc(100));
    setTimeout(() => tar.destroy(new Error('cut')), 20);
    return Promise.resolve(tar);
  });
  const error = await caught(
    deliver(planDelivery('nano1', [code], new Map()), from, to, { emit: () => undefined }),
  );
  expect((error as Error).message).toContain('cut');
  expect(await to.imageId(code.ref)).toBeNull();
});

test('an interrupt ends it, also one that comes while the image is asked for', async () => {
  const [from, to] = [controllerWith(code), controllerWith()];
  const abort = new AbortController();
  const save = from.save.bind(from);
  vi.spyOn(from, 'save').mockImplementation((ref) => {
    abort.abort(new CollabError('interrupted', { what: 'Interrupted.', next: 'Again.', exitCode: 130 }));
    return save(ref);
  });
  const plan = planDelivery('nano1', [code], new Map());
  const error = await caught(deliver(plan, from, to, { emit: () => undefined, signal: abort.signal }));
  expect(error).toMatchObject({ name: 'interrupted' });
  expect(to.calls).toEqual([]);
  expect(
    await caught(deliver(plan, from, to, { emit: () => undefined, signal: abort.signal })),
  ).toMatchObject({
    name: 'interrupted',
  });
});
