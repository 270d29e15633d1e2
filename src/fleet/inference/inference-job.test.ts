import { expect, test } from 'vitest';
import { AskedLeader, folderWith, quiet } from '../../../tests/fixtures/asked-leader.js';
import { putPath } from '../files/index.js';
import { modelKey } from './code.js';
import { modelFileSchema } from './model-file.js';
import { planInference } from './submit.js';
import { planQueries } from './queries.js';

const file = modelFileSchema.parse({
  loader: 'my.py:load',
  input: { width: 4, height: 2 },
  batch_size: 5,
  weights: 'models/mine/weights.pt',
  classes: 'models/mine/classes.json',
});
const code = [
  { name: 'my.py', content: Buffer.from('one') },
  { name: 'serve.py', content: Buffer.from('two') },
];
const model = { name: 'mine', file, code };
const queries = planQueries('x', { images: [{ kind: 'stored', image: 'a.png', version: 1 }], left: [] }, 12);

async function planned(wish = {}, sizes: object[] = []) {
  const leader = await AskedLeader.make();
  leader.answer = () => ({ kind: 'batch-sizes', sizes, jobs: [] });
  const { store, clock } = leader;
  const local = await folderWith({ 'weights.pt': 'w' });
  for (const name of ['models/mine', 'models/mine'])
    await putPath(store.files, { local, name }, { clock, ...quiet });
  return { leader, ...(await planInference(leader.jobs, model, queries, wish)) };
}

test('a job has the newest weights of the store, and says which names are not there', async () => {
  const { definition, lacksWeights } = await planned({ weight: 2, pool: ['gpu'] });
  expect(lacksWeights).toBe(false);
  expect(definition).toMatchObject({
    name: 'mine',
    command: ['collab-infer', 'mine'],
    base: { name: 'torch', refs: [] },
    pool: ['gpu'],
    weight: 2,
    attempts: 3,
    tasks: { kind: 'batches', images: 12, sizes: [{ task: 0, image: 0, size: 5 }] },
    model: {
      name: 'mine',
      kind: 'classify',
      loader: 'my.py:load',
      width: 4,
      height: 2,
      weights: { name: 'models/mine/weights.pt', version: 2 },
      classes: null,
    },
  });
});

test('a size of batches comes from the flag, else from what users have set, else from the file', async () => {
  const sizeOf = async (wish: object, sizes: object[]) => {
    const { definition, leader } = await planned(wish, sizes);
    return [definition.tasks.kind === 'batches' && definition.tasks.sizes[0]?.size, leader.asked.length];
  };
  const set = [
    { model: 'other', size: 9 },
    { model: 'mine', size: 3 },
  ];
  expect(await sizeOf({}, [])).toEqual([5, 1]);
  expect(await sizeOf({}, set)).toEqual([3, 1]);
  expect(await sizeOf({ batchSize: 2 }, set)).toEqual([2, 0]);
});

test('a wish that no job can have is refused with its reason', async () => {
  await expect(planned({ batchSize: 5000 })).rejects.toMatchObject({ name: 'infer-invalid' });
  await expect(planned({ weight: 0 })).rejects.toMatchObject({ name: 'infer-invalid' });
});

test('the key changes with all that the answers depend on, and with nothing else', () => {
  const fixed = { weights: { name: 'w', version: 1 }, classes: null };
  const key = modelKey(code, file, fixed);
  expect(key).toMatch(/^[0-9a-f]{16}$/);
  expect(modelKey([...code].reverse(), { ...file, batch_size: 1, description: 'x' }, fixed)).toBe(key);
  const others = [
    modelKey(code.slice(1), file, fixed),
    modelKey([{ name: 'my.py', content: Buffer.from('1') }, ...code.slice(1)], file, fixed),
    modelKey(code, { ...file, loader: 'my.py:other' }, fixed),
    modelKey(code, { ...file, input: { width: 4, height: 4 } }, fixed),
    modelKey(code, file, { ...fixed, weights: { name: 'w', version: 2 } }),
    modelKey(code, file, { ...fixed, weights: null }),
  ];
  expect(new Set([key, ...others]).size).toBe(7);
});
