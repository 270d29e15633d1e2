import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { S3Store } from '../../src/fleet/files/index.js';
import { contentOf, describeFileStore, newFile } from '../conformance/file-store.js';

/** S3 as s3rver has it, on this machine. */
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: mkdtempSync(join(tmpdir(), 'collab-s3-')),
  configureBuckets: [{ name: 'lab', configs: [] }],
});
// S3 replaces an object as a whole. s3rver writes puts at the same time into one file, with the metadata of either of them.
const putObject = server.store.putObject.bind(server.store);
let turn: Promise<unknown> = Promise.resolve();
server.store.putObject = (object) => (turn = turn.catch(() => undefined).then(() => putObject(object)));
const before = { ...process.env };

beforeAll(async () => {
  const { port } = await server.run();
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
  process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
  process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';
});
afterAll(async () => {
  process.env = before;
  await server.close();
});

const s3 = async () => {
  const store = await S3Store.open('lab');
  return { store, close: () => store[Symbol.asyncDispose]() };
};
// s3rver keeps each part of a name as the name of a file, with a suffix.
describeFileStore('S3', s3, { partBytes: 200 });

it('takes a file of many parts', async () => {
  await using store = await S3Store.open('lab');
  const data = Buffer.alloc(20_000_001, 7);
  const [put] = await store.put([newFile('many/parts', data)]);
  expect((await contentOf(store, 'many/parts')).equals(data)).toBe(true);
  expect((await store.open('many/parts')).file.sha256).toBe(put?.sha256);
});

it('says that there is no bucket, or no S3', async () => {
  await using none = await S3Store.open('none');
  await expect(none.put([newFile('a', 'a')])).rejects.toMatchObject({ name: 'store-missing' });
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
  await using silent = await S3Store.open('lab');
  await expect(silent.versions('a')).rejects.toMatchObject({ name: 'store-unreachable' });
});
