import { beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeEngine } from '../../deployment/engine/fake-engine.js';
import { TaskImages } from './task-images.js';

const torch = 'collab/base-torch:amd64-1';
let engine: FakeEngine;
let clock: SteppedClock;
let log: string[];
let images: TaskImages;

const has = (ref: string, id: string, kind = 'base') =>
  engine.images.set(ref, { id, sizeBytes: 1, run: { Labels: { 'collab.image': kind } } });

beforeEach(() => {
  engine = new FakeEngine('nano1');
  clock = new SteppedClock();
  log = [];
  images = new TaskImages(engine, { clock, log: (line) => void log.push(line) });
  has('collab/base-python:amd64-1', 'sha256:p');
  has('collab/split:amd64-1', 'sha256:s', 'code');
});

test('names base images only, and looks again soon while a job waits for one', async () => {
  expect(await images.refs(false)).toEqual(['collab/base-python:amd64-1']);
  has(torch, 'sha256:t');
  await clock.sleep(2500);
  expect(await images.refs(false)).not.toContain(torch);
  expect(await images.refs(true)).toContain(torch);
});

test('gives the id of the image that a job names', async () => {
  expect(await images.idFor({ name: 'python', refs: ['collab/base-python:amd64-1'] })).toBe('sha256:p');
  expect(await images.idFor(null)).toBe('sha256:p');
  await expect(images.idFor({ name: 'torch', refs: [torch] })).rejects.toThrow('torch is not on this device');
});

test('without its engine it has none, and says so once', async () => {
  engine.listImages = () => Promise.reject(new Error('no engine'));
  for (let count = 0; count < 3; count += 1) {
    expect(await images.refs(true)).toEqual([]);
    await clock.sleep(2500);
  }
  expect(log).toHaveLength(1);
});

test('when its engine is found gone at a task, it has none until the engine is back', async () => {
  expect(await images.refs(false)).toHaveLength(1);
  const [listImages, imageId] = [engine.listImages.bind(engine), engine.imageId.bind(engine)];
  const isGone = () => Promise.reject(new Error('no engine'));
  Object.assign(engine, { listImages: isGone, imageId: isGone });
  await expect(images.idFor(null)).rejects.toThrow('no engine');
  expect(await images.refs(false)).toEqual([]);
  Object.assign(engine, { listImages, imageId });
  await clock.sleep(2500);
  expect(await images.refs(false)).toHaveLength(1);
});
