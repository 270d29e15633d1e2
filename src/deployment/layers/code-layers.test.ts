import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { LayerStore } from '../delivery/index.js';
import { eachTarFile } from '../archives/index.js';
import { CodeLayers } from './code-layers.js';

let store: LayerStore;
beforeEach(async () => {
  store = new LayerStore(await mkdtemp(join(tmpdir(), 'layers-')));
});

const large = { name: 'weights.bin', content: 'w'.repeat(600_000) };
const script = (text: string) => ({ name: 'client.py', content: text });
const madeOf = (hash: string, ...experimentFiles: { name: string; content: string }[]) =>
  new CodeLayers(store, join(store.folder, 'code')).of({
    experiment: 'split',
    hash,
    experimentFiles,
    wrapperFiles: [{ name: 'wrapper.py', content: 'measure' }],
  });

async function filesOf(diffId: string): Promise<string[]> {
  const names: string[] = [];
  await eachTarFile(store.open(diffId), (name) => {
    names.push(name);
    return Promise.resolve();
  });
  return names.sort();
}

test('the folder and the wrapper lie where the image looks for them', async () => {
  const { wrapper, layers } = await madeOf('h1', large, script('1'));
  expect(layers).toHaveLength(1);
  expect(await filesOf(layers[0]?.diffId ?? '')).toEqual(['experiment/client.py', 'experiment/weights.bin']);
  expect(await filesOf(wrapper.diffId)).toEqual(['opt/collab/wrapper.py']);
});

test('a change is a small layer on top, and the way back costs nothing', async () => {
  const first = await madeOf('h1', large, script('1'), { name: 'old.py', content: '' });
  const second = await madeOf('h2', large, script('2'));
  expect(second.layers.slice(0, 1)).toEqual(first.layers);
  expect(await filesOf(second.layers[1]?.diffId ?? '')).toEqual([
    'experiment/.wh.old.py',
    'experiment/client.py',
  ]);
  expect(second.layers[1]?.sizeBytes).toBeLessThan(10_000);
  expect(second.earlier).toEqual(['h1']);
  expect(await madeOf('h1')).toEqual(first);
});

test('the same files have the same bytes on every machine, whatever was made before', async () => {
  const { layers } = await madeOf('h1', large, script('1'));
  await rm(store.folder, { recursive: true });
  expect((await madeOf('h1', large, script('1'))).layers).toEqual(layers);
});

test('what was made is made again when a layer of it is lost', async () => {
  const first = await madeOf('h1', large, script('1'));
  await store.remove(first.layers[0]?.diffId ?? '');
  expect((await madeOf('h2', large, script('2'))).layers).toHaveLength(1);
});
