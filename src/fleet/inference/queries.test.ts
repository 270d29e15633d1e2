import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AskedLeader, folderWith, quiet } from '../../../tests/fixtures/asked-leader.js';
import { putPath } from '../files/index.js';
import { findImages } from './find-images.js';
import { queryTree } from './query-files.js';
import { type FoundImages, planQueries, type Queries } from './queries.js';

const found = (count: number): FoundImages => ({
  images: Array.from({ length: count }, (_, at) => ({ kind: 'stored', image: `${at}.png`, version: 1 })),
  left: [],
});

async function linesOf(queries: Queries): Promise<Record<string, unknown>[]> {
  const { files } = queryTree(queries, [], false);
  const list = files.find(({ name }) => name === 'files/images.jsonl');
  let text = '';
  for await (const piece of list?.content() ?? []) text += Buffer.from(piece).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a folder gives its images by name, and names what else there is', async () => {
  const folder = await folderWith({
    'b.PNG': 'b',
    'cats/a.jpg': 'aa',
    'notes.txt': '',
    '.hidden/c.gif': 'c',
  });
  await symlink(join(folder, 'b.PNG'), join(folder, 'link.png'));
  await symlink(folder, join(folder, 'circle'));
  const { images, left } = await findImages(folder);
  expect(images.map(({ image }) => image)).toEqual(['.hidden/c.gif', 'b.PNG', 'cats/a.jpg', 'link.png']);
  expect(left).toEqual(['notes.txt']);
  const one = await findImages(join(folder, 'b.PNG'));
  expect(one.images.map(({ image }) => image)).toEqual(['b.PNG']);
});

test('the job brings each image once, and a line for each query', async () => {
  const folder = await folderWith({ 'a.png': 'a', 'b.png': 'b', 'c.png': 'c' });
  const queries = planQueries(folder, await findImages(folder), 5);
  const tree = queryTree(queries, [{ name: 'serve.py', content: Buffer.from('x') }], true);
  expect(tree.files.map(({ name }) => name)).toEqual([
    'files/model/serve.py',
    'files/inference.json',
    'files/images.jsonl',
    'images/a.png',
    'images/b.png',
    'images/c.png',
  ]);
  const bytes = await Promise.all(
    tree.files.map(async (file) => {
      let sum = 0;
      for await (const piece of file.content()) sum += piece.length;
      return sum;
    }),
  );
  expect(tree.totalBytes).toBe(bytes.reduce((sum, one) => sum + one, 0));
  expect(await linesOf(queries)).toEqual(
    ['a', 'b', 'c', 'a', 'b'].map((name) => ({ image: `${name}.png`, file: `images/${name}.png` })),
  );
});

test('fewer queries than images bring only those', async () => {
  const queries = planQueries('there', found(9), 4);
  expect(queries.images).toHaveLength(4);
  expect(await linesOf(queries)).toHaveLength(4);
});

test.each([1, 999, 1000, 1001, 2500])('%i queries are as many lines, cycling', async (count) => {
  const lines = await linesOf(planQueries('there', found(7), count));
  expect(lines).toHaveLength(count);
  expect(lines.every(({ image }, at) => image === `${at % 7}.png`)).toBe(true);
});

test('no images, no folder, and too many queries are refused', async () => {
  const folder = await folderWith({ 'notes.txt': '' });
  const none = await findImages(folder);
  expect(() => planQueries(folder, none)).toThrow(
    expect.objectContaining({ name: 'infer-no-images', why: 'It has one file of other kinds: notes.txt.' }),
  );
  await expect(findImages(join(folder, 'none'))).rejects.toMatchObject({ name: 'infer-no-folder' });
  expect(() => planQueries('x', found(1), 10_000_001)).toThrow(
    expect.objectContaining({ name: 'infer-too-many' }),
  );
});

test('images of the store stay there, with their version; those that only their owner sees become files of the job', async () => {
  const { store, clock } = await AskedLeader.make();
  const local = await folderWith({ 'a.png': 'aaaa', 'b.txt': '' });
  for (const name of ['photos', 'photos', 'private/photos'])
    await putPath(store.files, { local, name }, { clock, ...quiet });
  const shared = await findImages('store:photos/**', store.files);
  expect(shared).toEqual({
    images: [{ kind: 'stored', image: 'photos/a.png', version: 2 }],
    left: ['photos/b.txt'],
  });
  expect(await linesOf(planQueries('', shared))).toEqual([
    { image: 'photos/a.png', store: 'photos/a.png', version: 2 },
  ]);
  const { images } = await findImages('store:private/photos', store.files);
  expect(images).toMatchObject([{ kind: 'own', image: 'private/photos/a.png', sizeBytes: 4 }]);
});
