import { expect, test } from 'vitest';
import { batchCount, batches, batchOf, withBatchSize } from './batches.js';

const all = batches.parse({ kind: 'batches', images: 20, sizes: [{ task: 0, image: 0, size: 8 }] });
const imagesOf = (of: typeof all) =>
  Array.from({ length: batchCount(of) }, (_, task) => batchOf(of, task)).flatMap(({ first, images }) =>
    Array.from({ length: images }, (_, at) => first + at),
  );

test('each image is in one batch, and the last one has the rest', () => {
  expect(batchCount(all)).toBe(3);
  expect([0, 1, 2].map((task) => batchOf(all, task))).toEqual([
    { first: 0, images: 8 },
    { first: 8, images: 8 },
    { first: 16, images: 4 },
  ]);
});

test('another size begins with the task that is named, and all images stay', () => {
  const changed = withBatchSize(all, 1, 5);
  expect(changed.sizes).toEqual([
    { task: 0, image: 0, size: 8 },
    { task: 1, image: 8, size: 5 },
  ]);
  expect(batchCount(changed)).toBe(4);
  expect(batchOf(changed, 3)).toEqual({ first: 18, images: 2 });
  expect(imagesOf(changed)).toEqual([...Array(20).keys()]);
  expect(imagesOf(withBatchSize(changed, 2, 1))).toEqual([...Array(20).keys()]);
  // Nothing that was given out changes, and a change that none of them sees is forgotten.
  expect(withBatchSize(changed, 1, 8)).toEqual(all);
  expect(withBatchSize(all, 0, 3).sizes).toEqual([{ task: 0, image: 0, size: 3 }]);
  expect(withBatchSize(all, 3, 1)).toBe(all);
});
