import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eachTarFile, tarHeader } from '../archives/index.js';
import { archiveBytes, archiveEntries, archiveStream } from './archive.js';
import { imageDocuments } from './image-spec.js';
import { LayerStore } from './layer-store.js';

test('an archive lists all layers, holds those that are sent, and is the same gzipped', async () => {
  const store = new LayerStore(await mkdtemp(join(tmpdir(), 'layers-')));
  const base = await store.add(Readable.from(['b'.repeat(1000)]));
  const code = await store.add(Readable.from(['code']));
  const spec = {
    ref: 'collab/a:1',
    architecture: 'amd64',
    run: {},
    layers: [base.diffId, code.diffId],
  };
  const images = [{ spec, documents: imageDocuments(spec, store.sizeOf) }];
  const entries = archiveEntries(images, [code]);
  const plain = await buffer(archiveStream(entries, false, (diffId) => store.open(diffId)));
  expect(plain.length).toBe(archiveBytes(entries));
  const open = (diffId: string) => store.openGzipped(diffId);
  expect(gunzipSync(await buffer(archiveStream(entries, true, open)))).toEqual(plain);
  const files = new Map<string, string>();
  await eachTarFile(Readable.from([plain]), async (name, content) => {
    files.set(name, (await buffer(content)).toString());
  });
  const [manifest] = JSON.parse(files.get('manifest.json') ?? '') as { Layers: string[] }[];
  expect(manifest?.Layers.map((name) => files.get(name))).toEqual([undefined, 'code']);
  expect([...files.keys()]).toEqual(expect.arrayContaining(['oci-layout', 'index.json']));
});

test.each([
  ['small', 5],
  ['of 10 GB', 10e9],
])('the header of a file is one that tar reads: %s', async (_, bytes) => {
  const { extract } = await import('tar-stream');
  const files = extract();
  const read = new Promise((resolve) => files.once('entry', resolve));
  files.write(tarHeader('blobs/sha256/x', bytes));
  expect(await read).toMatchObject({ name: 'blobs/sha256/x', size: bytes, type: 'file', uid: 0 });
});
