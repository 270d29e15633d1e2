import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStore, FileVersion, NewFile } from '../../src/fleet/files/index.js';

const mebibyte = 1024 * 1024;

/** A file to put, with this content. */
export function newFile(name: string, data: string | Uint8Array, mode = 0o644): NewFile {
  return {
    name,
    kind: 'file',
    mode,
    target: null,
    async *content() {
      await Promise.resolve();
      const bytes = Buffer.from(data);
      // In pieces that fit no chunk.
      for (let at = 0; at < bytes.length; at += 700_001) yield bytes.subarray(at, at + 700_001);
    },
  };
}

/** All of a file's content. */
export async function contentOf(store: FileStore, name: string, version?: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await store.open(name, version)).content()) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function listed(store: FileStore, folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.list(folder)) names.push(name);
  return names.sort();
}

/** The contract of every FileStore: on a fleet's keepers, S3, and the fake. */
export function describeFileStore(
  name: string,
  makeStore: () => Promise<{ store: FileStore; close: () => void | Promise<void> }>,
  /** Bytes that a name may have between two slashes: a limit of the server, and not of the contract. */
  { partBytes = 1024 }: { partBytes?: number } = {},
): void {
  describe(`FileStore: ${name}`, () => {
    let store: FileStore;
    let close: () => void | Promise<void>;
    beforeAll(async () => {
      ({ store, close } = await makeStore());
    });
    afterAll(() => close());

    it('gives back what was put, with all that is known of it', async () => {
      const before = Date.now();
      const [put] = await store.put([newFile('first/a.txt', 'hello', 0o755)]);
      expect(put).toMatchObject({
        name: 'first/a.txt',
        version: 1,
        kind: 'file',
        sizeBytes: 5,
        target: null,
      });
      const { file } = await store.open('first/a.txt');
      expect(file.sha256).toBe(createHash('sha256').update('hello').digest('hex'));
      expect(file.mode).toBe(0o755);
      expect(file.owner).not.toBe('');
      expect(file.putAt.getTime()).toBeGreaterThan(before - 120_000);
      expect((await contentOf(store, 'first/a.txt')).toString()).toBe('hello');
    });

    it('replaces a file by a new version', async () => {
      await store.put([newFile('replaced', 'old')]);
      const [second] = await store.put([newFile('replaced', 'new')]);
      expect((await contentOf(store, 'replaced')).toString()).toBe('new');
      const versions = await store.versions('replaced');
      expect(versions[0]?.sha256).toBe(second?.sha256);
      if (!store.keepsVersions) {
        expect(versions).toHaveLength(1);
        return;
      }
      expect(versions.map(({ version }) => version)).toEqual([2, 1]);
      expect((await contentOf(store, 'replaced', 1)).toString()).toBe('old');
      await expect(store.open('replaced', 3)).rejects.toMatchObject({ name: 'store-no-file' });
    });

    it('keeps so many versions, and does not use a number twice', async () => {
      if (!store.keepsVersions) return;
      for (let count = 1; count <= 7; count += 1) await store.put([newFile('kept', `version ${count}`)]);
      const numbers = async () => (await store.versions('kept')).map(({ version }) => version);
      expect(await numbers()).toEqual([7, 6, 5, 4, 3]);
      await store.put([newFile('kept', 'one more')], { keep: 2 });
      expect(await numbers()).toEqual([8, 7]);
      expect(await store.remove('kept')).toBe(2);
      const [again] = await store.put([newFile('kept', 'anew')]);
      expect(again?.version).toBe(9);
    });

    it.each([
      ['an empty file', 0],
      ['one byte', 1],
      ['a chunk', mebibyte],
      ['a chunk and a byte', mebibyte + 1],
      ['a part', 32 * mebibyte],
      ['a part and a byte', 32 * mebibyte + 1],
      ['more than two parts', 66 * mebibyte + 12_345],
    ])('takes %s', async (what, sizeBytes) => {
      const data = randomBytes(sizeBytes);
      const seen: number[] = [];
      const [put] = await store.put([newFile(`sizes/${what}`, data)], {
        onBytes: (bytes) => seen.push(bytes),
      });
      expect(put?.sizeBytes).toBe(sizeBytes);
      const got = await contentOf(store, `sizes/${what}`);
      expect(got.equals(data)).toBe(true);
      expect(seen.at(-1) ?? 0).toBe(sizeBytes);
      await store.remove(`sizes/${what}`);
    });

    it.each([1, mebibyte - 1, mebibyte, 2 * mebibyte + 7, 3 * mebibyte - 1, 3 * mebibyte, 4 * mebibyte])(
      'gives a file from byte %d on',
      async (from) => {
        const data = randomBytes(3 * mebibyte);
        await store.put([newFile('rest', data)]);
        const pieces: Uint8Array[] = [];
        for await (const piece of (await store.open('rest')).content(from)) pieces.push(piece);
        expect(pieces.every(({ length }) => length > 0)).toBe(true);
        expect(Buffer.concat(pieces).equals(data.subarray(from))).toBe(true);
      },
    );

    it('puts a folder at once, with links, modes and empty folders', async () => {
      const special = { mode: 0o750, target: null, content: () => nothing() };
      const seen: FileVersion[] = [];
      const put = await store.put(
        [
          { name: 'tree', kind: 'folder', ...special },
          { name: 'tree/empty', kind: 'folder', ...special },
          newFile('tree/run.sh', '#!/bin/sh', 0o755),
          { name: 'tree/latest', kind: 'link', mode: 0o777, target: 'run.sh', content: () => nothing() },
        ],
        { onFile: (file) => seen.push(file) },
      );
      expect(put.map((file) => file.name)).toEqual(['tree', 'tree/empty', 'tree/run.sh', 'tree/latest']);
      expect(seen).toHaveLength(4);
      const found = new Map<string, FileVersion>();
      for await (const file of store.list('tree')) found.set(file.name, file);
      expect([...found.keys()].sort()).toEqual(['tree', 'tree/empty', 'tree/latest', 'tree/run.sh']);
      expect(found.get('tree/latest')).toMatchObject({ kind: 'link', target: 'run.sh', sizeBytes: 0 });
      expect(found.get('tree/empty')).toMatchObject({ kind: 'folder', mode: 0o750, sizeBytes: 0 });
      expect(found.get('tree/run.sh')).toMatchObject({ kind: 'file' });
      expect((await store.open('tree/run.sh')).file).toMatchObject({ kind: 'file', mode: 0o755 });
    });

    it('lists a folder and nothing beside it', async () => {
      await store.put(
        ['list/a', 'list/b/c', 'list/b/d/e', 'list-b/c', 'list'].map((one) => newFile(one, one)),
      );
      expect(await listed(store, 'list')).toEqual(['list', 'list/a', 'list/b/c', 'list/b/d/e']);
      expect(await listed(store, 'list/b')).toEqual(['list/b/c', 'list/b/d/e']);
      expect(await listed(store, 'list/a')).toEqual(['list/a']);
      expect(await listed(store, 'list/none')).toEqual([]);
      expect(await listed(store, '')).toEqual(expect.arrayContaining(['list', 'list-b/c', 'list/b/d/e']));
    });

    it('removes a file with all its versions', async () => {
      await store.put([newFile('removed', '1')]);
      await store.put([newFile('removed', '2')]);
      expect(await store.remove('removed')).toBe(store.keepsVersions ? 2 : 1);
      expect(await store.remove('removed')).toBe(0);
      expect(await store.versions('removed')).toEqual([]);
      expect(await listed(store, 'removed')).toEqual([]);
      await expect(store.open('removed')).rejects.toMatchObject({ name: 'store-no-file' });
    });

    it('makes two versions of two puts at once, and each is whole', async () => {
      const contents = Array.from({ length: 8 }, (_, at) => randomBytes(200_000 + at));
      await Promise.all(contents.map((data) => store.put([newFile('at-once', data)], { keep: 20 })));
      const versions = await store.versions('at-once');
      const found = await Promise.all(versions.map(({ version }) => contentOf(store, 'at-once', version)));
      for (const data of found) expect(contents.some((one) => one.equals(data))).toBe(true);
      if (!store.keepsVersions) return;
      expect(versions.map(({ version }) => version)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
      expect(new Set(found.map((data) => data.length)).size).toBe(8);
    });

    it('leaves nothing of a put that was aborted or failed', async () => {
      await store.put([newFile('cut/old', 'old')]);
      const abort = new AbortController();
      const endless = async function* () {
        yield randomBytes(3 * mebibyte);
        abort.abort(new Error('stopped by hand'));
        await new Promise(() => undefined);
      };
      const cut = { ...newFile('cut/endless', ''), content: endless };
      const files = [newFile('cut/old', 'new'), newFile('cut/other', 'other'), cut];
      await expect(store.put(files, { signal: abort.signal })).rejects.toThrow('stopped by hand');
      const broken = async function* () {
        yield randomBytes(mebibyte);
        await Promise.resolve();
        throw new Error('the disk is broken');
      };
      const failing = { ...newFile('cut/broken', ''), content: broken };
      await expect(store.put([newFile('cut/other', 'other'), failing])).rejects.toThrow('the disk is broken');
      expect(await listed(store, 'cut')).toEqual(['cut/old']);
      expect((await contentOf(store, 'cut/old')).toString()).toBe('old');
    });

    it('takes back what could be seen when it is aborted between two files', async () => {
      await store.put([newFile('back/0', 'old')]);
      const abort = new AbortController();
      const files = Array.from({ length: 200 }, (_, at) => newFile(`back/${at}`, 'new'));
      const put = store.put(files, { signal: abort.signal, onFile: () => abort.abort(new Error('stopped')) });
      const isWhole = await put.then(
        () => true,
        () => false,
      );
      // Who puts all at once cannot be stopped between two.
      if (isWhole) return;
      expect(await listed(store, 'back')).toEqual(['back/0']);
      // A store without versions has nothing left of what was replaced.
      if (store.keepsVersions) expect((await contentOf(store, 'back/0')).toString()).toBe('old');
    });

    it.each([
      ['', 'empty'],
      ['/absolute', 'absolute'],
      ['../up', 'above'],
      ['a/../b', 'above, inside'],
      ['a/./b', 'a dot'],
      ['a//b', 'an empty part'],
      ['a/', 'a slash at the end'],
      ['bell\u0007', 'a control character'],
      ['line\nbreak', 'a line break'],
      ['\ud800', 'half a character'],
      ['x'.repeat(4096), '4 kB'],
      ['ä'.repeat(513), '1,026 bytes'],
    ])('refuses the name %j (%s)', async (bad) => {
      const refused = { name: 'store-bad-name' };
      await expect(store.put([newFile('bad-names/good', '1'), newFile(bad, '2')])).rejects.toMatchObject(
        refused,
      );
      await expect(store.open(bad)).rejects.toMatchObject(refused);
      await expect(store.versions(bad)).rejects.toMatchObject(refused);
      await expect(store.remove(bad)).rejects.toMatchObject(refused);
      expect(await listed(store, 'bad-names')).toEqual([]);
    });

    it.each([
      ['with spaces', 'names/a b/c d'],
      ['special to brokers', 'names/*.>/$JS.a=b'],
      ['special to shells', 'names/a;b|c&"d\'`e\\f'],
      ['in other scripts', 'names/日本語/ünïcödé/🦊.txt'],
      ['of 1,000 bytes', `names/${'x'.repeat(Math.min(994, partBytes))}`],
      ['of 1,000 bytes in many folders', `names/${'é/'.repeat(331)}e`],
    ])('takes names %s', async (_, good) => {
      await store.put([newFile(good, good)]);
      expect((await contentOf(store, good)).toString()).toBe(good);
      expect(await listed(store, good)).toEqual([good]);
      expect(await listed(store, 'names')).toContain(good);
      await store.remove(good);
    });

    it('does not take one name twice in one put', async () => {
      const files = [newFile('twice', '1'), newFile('twice', '2')];
      await expect(store.put(files)).rejects.toMatchObject({ name: 'store-bad-name' });
      expect(await listed(store, 'twice')).toEqual([]);
    });
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
}
