import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { gzipMembers } from './gzip-members.js';
import { LayerStore } from './layer-store.js';

let store: LayerStore;
beforeEach(async () => {
  store = new LayerStore(await mkdtemp(join(tmpdir(), 'layers-')));
});
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
/** Longer than a member, and not a multiple of its length. */
const long = Buffer.concat([randomBytes(6e6), Buffer.alloc(5e6 + 17, 'x')]);
const inChunks = (bytes: Buffer, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a little', Buffer.from('code')],
  ['more than a member', long],
])('a sequence of gzip members decompresses to its input: %s', async (_, bytes) => {
  const packed = await buffer(gzipMembers(inChunks(bytes, 700_001)));
  expect(sha256(gunzipSync(packed))).toBe(sha256(bytes));
});

test('a layer is gzipped once for all concurrent readers, and kept', async () => {
  const { diffId } = await store.add(inChunks(long, 1 << 20));
  const told: string[] = [];
  const read = () =>
    buffer(
      store.openGzipped(diffId, () => {
        told.push('began');
        return ({ sizeBytes }) => told.push(`packed ${sizeBytes}`);
      }),
    );
  expect(await store.gzippedSize(diffId)).toBeNull();
  const [one, other] = await Promise.all([read(), read()]);
  const kept = await read();
  expect([one, other, kept].map((bytes) => sha256(gunzipSync(bytes)))).toEqual(Array(3).fill(sha256(long)));
  expect(told).toEqual(['began', `packed ${kept.length}`]);
  expect(await store.gzippedSize(diffId)).toBe(kept.length);
  expect(await readdir(store.folder)).toHaveLength(2);
});

test("removes a killed process's partial file once nobody writes to it", async () => {
  const { diffId } = await store.add(inChunks(long, 1 << 20));
  await writeFile(join(store.folder, '0123456789ab.part'), 'half');
  expect(await store.removeUnfinished()).toBe(0);
  expect(await store.removeUnfinished(Date.now() + 7_200_000)).toBe(4);
  expect(await readdir(store.folder)).toEqual([`${diffId.slice(7)}.tar`]);
});

test('a slow or stopped reader does not block others', async () => {
  const { diffId } = await store.add(inChunks(long, 1 << 20));
  const stopped = store.openGzipped(diffId);
  await stopped.next();
  const whole = buffer(store.openGzipped(diffId));
  await stopped.return(undefined);
  expect(sha256(gunzipSync(await whole))).toBe(sha256(long));
});

test('an unreadable layer fails for all readers, and can be gzipped once it is back', async () => {
  const { diffId } = await store.add(inChunks(long, 1 << 20));
  const path = join(store.folder, `${diffId.slice(7)}.tar`);
  await rm(path);
  const both = [1, 2].map(() => buffer(store.openGzipped(diffId)));
  const ended = await Promise.allSettled(both);
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await readdir(store.folder)).toEqual([]);
  await writeFile(path, long);
  expect(sha256(gunzipSync(await buffer(store.openGzipped(diffId))))).toBe(sha256(long));
});
