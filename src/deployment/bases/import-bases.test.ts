import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { tarOf, type TarFile } from '../archives/index.js';
import type { BaseFileManifest } from './base-file.js';
import type { BasesEvent } from './events.js';
import { importBases } from './import-bases.js';

const refs = ['collab/base-mine:amd64-0a', 'collab/base-mine:arm64-0b'];
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
const bytes = async (files: TarFile[]) => buffer(await tarOf(files));

/** An image as a classic engine saves it. */
async function saved(ref: string): Promise<Buffer> {
  const manifest = [{ Config: 'config.json', RepoTags: [ref], Layers: ['layer.tar'] }];
  return bytes([
    { name: 'config.json', content: JSON.stringify({ config: { Labels: { of: ref } } }) },
    { name: 'layer.tar', content: `the files of ${ref}` },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
}

let workspace: Workspace;
let engine: FakeEngine;
let file: string;
let events: BasesEvent[];
beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'import-')));
  engine = new FakeEngine('this machine');
  file = join(workspace.root, 'bases.tar');
  events = [];
});

/** A file with two images of a user's flavor. */
async function write(change: (manifest: BaseFileManifest) => void = () => undefined): Promise<void> {
  const other = new FakeEngine('where it came from');
  const images: { tar: Buffer; entry: string }[] = [];
  const manifest: BaseFileManifest = { format: 2, bases: [], flavors: [] };
  for (const [index, ref] of refs.entries()) {
    const tar = await saved(ref);
    await other.load(Readable.from([tar]));
    const entry = `images/${index}.tar`;
    const content = (await other.image(ref))?.content ?? '';
    const about = { flavor: 'mine', architecture: index === 0 ? 'amd64' : 'arm64', ref, content, entry };
    manifest.bases.push({ ...about, sha256: sha256(tar), size_bytes: tar.length });
    images.push({ tar, entry });
  }
  const dockerfile = 'FROM mine\n';
  const described = {
    path: 'Dockerfile',
    executable: false,
    sha256: sha256(dockerfile),
    size_bytes: dockerfile.length,
  };
  manifest.flavors.push({ name: 'mine', files: [described] });
  change(manifest);
  const parts = await Promise.all(
    images.map(async ({ tar, entry }): Promise<TarFile> => {
      const path = join(workspace.root, entry.replace('/', '-'));
      await writeFile(path, tar);
      return { name: entry, path };
    }),
  );
  const head = { name: 'collab-bases.json', content: JSON.stringify(manifest) };
  await writeFile(
    file,
    await bytes([head, { name: 'flavors/mine/Dockerfile', content: dockerfile }, ...parts]),
  );
}
const take = () =>
  importBases({
    engine,
    workspace,
    file,
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
  });
const isThere = async () => Promise.all(refs.map(async (ref) => (await engine.image(ref)) !== null));

test('imports images and the folder of their flavor; a second import does nothing', async () => {
  await write();
  expect((await take()).map(({ ref }) => ref)).toEqual(refs);
  expect(await isThere()).toEqual([true, true]);
  expect(await readFile(join(workspace.root, 'base-images/mine/Dockerfile'), 'utf8')).toBe('FROM mine\n');
  expect(await readdir(join(workspace.root, 'base-images'))).toEqual(['mine']);
  events = [];
  await take();
  expect(events.map(({ kind }) => kind)).toEqual(['bases.checking', 'bases.present', 'bases.present']);
});

test('removes the first image and creates no folder if the engine fails at the second', async () => {
  await write();
  let loads = 0;
  const load = engine.load.bind(engine);
  engine.load = (tar) => {
    loads += 1;
    if (loads === 2) engine.nextLoad = new Error('no space left on device');
    return load(tar);
  };
  await expect(take()).rejects.toMatchObject({ name: 'device-full' });
  expect(await isThere()).toEqual([false, false]);
  await expect(readdir(join(workspace.root, 'base-images'))).rejects.toThrow('ENOENT');
});

test('removes an image that the engine loads under another id', async () => {
  await write(({ bases }) => Object.assign(bases[1] ?? {}, { content: 'sha256:other' }));
  await expect(take()).rejects.toMatchObject({ name: 'bad-base-file' });
  expect(await isThere()).toEqual([false, false]);
});

test('keeps what existed before, even if the import fails', async () => {
  await write();
  await engine.load(Readable.from([await saved(refs[0] ?? '')]));
  engine.nextLoad = new Error('broken');
  await expect(take()).rejects.toMatchObject({ name: 'engine-failed' });
  expect(await isThere()).toEqual([true, false]);
});

test('does not overwrite a flavor of the workspace with the same name', async () => {
  await write();
  const own = join(workspace.root, 'base-images/mine');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'Dockerfile'), 'FROM another\n');
  await expect(take()).rejects.toMatchObject({ name: 'flavor-differs', exitCode: 2 });
  expect(engine.calls).toEqual([]);
  expect(await readFile(join(own, 'Dockerfile'), 'utf8')).toBe('FROM another\n');
});

test('reports a missing file', async () => {
  await expect(take()).rejects.toMatchObject({ name: 'no-file', exitCode: 2 });
});
