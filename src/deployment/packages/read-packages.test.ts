import { beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { type ReadingContext, readPackages } from './read-packages.js';

const list = {
  dpkg: { packages: { 'libc6:amd64': '2.41-12' } },
  python: { version: '3.13.5', executable: '/usr/bin/python3', how: 'pip', packages: { numpy: '2.1.0' } },
};
let engine: FakeEngine;
let context: ReadingContext;
const file = '/tmp/collab-packages.json';

beforeEach(() => {
  engine = new FakeEngine('nano1');
  engine.images.set('collab/x:1', { id: 'sha256:abc', sizeBytes: 1 });
  const { signal } = new AbortController();
  context = { name: 'reads', labels: { 'collab.run': '1' }, clock: new SteppedClock(), signal };
});

test('lists packages in a container without network, rights and capabilities, and removes it', async () => {
  let spec: unknown;
  engine.endsAtOnce = (asked) => {
    spec = asked;
    return { exitCode: 0 };
  };
  engine.containerFiles.set(file, JSON.stringify(list));
  expect(await readPackages(engine, 'sha256:abc', context)).toEqual(list);
  expect(spec).toMatchObject({
    image: 'sha256:abc',
    user: '65534:65534',
    network: 'none',
    capabilities: [],
    labels: { 'collab.run': '1' },
  });
  expect(spec).not.toHaveProperty('mounts');
  expect(engine.containers.size).toBe(0);
});

test.each([
  ['a container that fails', { exitCode: 127, printed: 'a\npython3: not found\n' }, 'python3: not found'],
  ['one that says nothing', { exitCode: 3 }, 'python3 there ended with code 3'],
])('%s: the reason is said', async (_, end, unavailable) => {
  engine.endsAtOnce = () => end;
  engine.containerFiles.set(file, JSON.stringify(list));
  expect(await readPackages(engine, 'sha256:abc', context)).toEqual({ unavailable });
  expect(engine.containers.size).toBe(0);
});

test.each(['', '[]', '{"dpkg":1}', '{"dpkg":{"packages":{"a":1}},"python":{}}'])(
  'what is no list of packages is not taken for one: %j',
  async (text) => {
    engine.endsAtOnce = () => ({ exitCode: 0 });
    engine.containerFiles.set(file, text);
    expect(await readPackages(engine, 'sha256:abc', context)).toMatchObject({
      unavailable: expect.stringContaining('is not one of packages') as string,
    });
  },
);

test('one that does not end is given up and removed', async () => {
  context = { ...context, clock: { now: () => new Date(), sleep: () => Promise.resolve() } };
  expect(await readPackages(engine, 'sha256:abc', context)).toEqual({
    unavailable: 'reading them took more than 90 s',
  });
  expect(engine.containers.size).toBe(0);
});

test('an engine that does not have the image is no error of the run', async () => {
  expect(await readPackages(engine, 'sha256:none', context)).toMatchObject({
    unavailable: expect.stringContaining('nano1') as string,
  });
});

test('an interrupted run ends at once, and leaves no container', async () => {
  const abort = new AbortController();
  const reading = readPackages(engine, 'sha256:abc', { ...context, signal: abort.signal });
  setTimeout(() => abort.abort(new Error('interrupted')), 10);
  await expect(reading).rejects.toThrow('interrupted');
  expect(engine.containers.size).toBe(0);
});
