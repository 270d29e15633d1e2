import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { expect, test } from 'vitest';
import { sealed } from '../layers/index.js';
import { filesBelow } from './folder-files.js';
import { tarOf, type TarFile } from './tar.js';

interface Entry {
  header: Header;
  content: string;
}

async function entriesOf(tar: Readable): Promise<Map<string, Entry>> {
  const reader = extract();
  tar.pipe(reader);
  const entries = new Map<string, Entry>();
  for await (const entry of reader) {
    entries.set(entry.header.name, {
      header: entry.header,
      content: await text(entry),
    });
  }
  return entries;
}

const script: TarFile = { name: 'b/deep/run.sh', content: '#!/bin/sh\n', executable: true };
const files: TarFile[] = [script, { name: 'a.py', content: 'print(1)\n' }];

test('the same content gives the same bytes, whatever the order, the place and the times of the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tar-'));
  await writeFile(join(folder, 'a.py'), 'print(1)\n', { mode: 0o640 });
  const onDisk: TarFile[] = [{ name: 'a.py', path: join(folder, 'a.py') }, script];
  const bytes = await buffer(await tarOf(files));
  expect((await buffer(await tarOf([...files].reverse()))).equals(bytes)).toBe(true);
  expect((await buffer(await tarOf(onDisk))).equals(bytes)).toBe(true);
});

test('folders come before what is in them, and any user may write in them', async () => {
  const entries = await entriesOf(await tarOf(files));
  expect([...entries.keys()]).toEqual(['b', 'b/deep', 'a.py', 'b/deep/run.sh']);
  expect(entries.get('b/deep')?.header).toMatchObject({ type: 'directory', mode: 0o777 });
  expect(entries.get('a.py')?.header).toMatchObject({ mode: 0o666, uid: 0, gid: 0, mtime: new Date(0) });
  expect(entries.get('b/deep/run.sh')).toMatchObject({ header: { mode: 0o777 }, content: '#!/bin/sh\n' });
});

test('long and foreign names stay whole', async () => {
  const name = `${'folder/'.repeat(40)}größe ${'x'.repeat(120)}.txt`;
  expect((await entriesOf(await tarOf([{ name, content: 'y' }]))).get(name)?.content).toBe('y');
});

test('files of a folder keep their relative paths and whether they can be executed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tar-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/x.bin'), Buffer.alloc(300_000, 7));
  await writeFile(join(folder, 'go'), 'x');
  await chmod(join(folder, 'go'), 0o755);
  const found = await filesBelow(folder, ['data/x.bin', 'go'], 'experiment');
  expect(found).toMatchObject([
    { name: 'experiment/data/x.bin', executable: false },
    { name: 'experiment/go', executable: true },
  ]);
  expect((await entriesOf(await tarOf(found))).get('experiment/data/x.bin')?.header).toMatchObject({
    size: 300_000,
  });
});

test('a file that is gone ends the tar with an error', async () => {
  const tar = await tarOf([{ name: 'a', path: '/nonexistent/a' }]);
  await expect(buffer(tar)).rejects.toThrow('ENOENT');
});

test('a sealed file that changed meanwhile ends the tar: an image never holds what its tag does not say', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'tar-')), 'script.py');
  await writeFile(path, 'print(1)');
  const files = await sealed([{ name: 'script.py', path }]);
  expect((await entriesOf(await tarOf(files))).get('script.py')?.content).toBe('print(1)');
  await writeFile(path, 'print(2)');
  await expect(buffer(await tarOf(files))).rejects.toMatchObject({ name: 'file-changed', exitCode: 2 });
});
