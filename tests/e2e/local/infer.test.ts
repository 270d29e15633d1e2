import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localResult, localWords } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** Inference as far as it needs no model: files of models, training, submissions, and what is told of a job that waits. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const infer = (...words: string[]) => workspace.collab(...localWords(['infer', ...words]));
const result = <T>(...words: string[]) => localResult<T>(workspace, 'infer', ...words);

/** Puts what a training makes, without training. */
const program = `import argparse, collab, json, os
parser = argparse.ArgumentParser()
for name in ("--model", "--data", "--say"):
    parser.add_argument(name)
parser.add_argument("--put", action="append")
given = parser.parse_args()
out = os.environ["COLLAB_OUTPUTS"]
for name, text in (("weights.pt", open(given.data).read()), ("classes.json", '["cat"]')):
    with open(os.path.join(out, name), "w") as file:
        file.write(text)
with open(os.path.join(out, "accuracy.json"), "w") as file:
    json.dump({"weights": given.say, "train_seconds": 1.5}, file)
for one in given.put:
    file, name = one.split("=")
    collab.store.put(os.path.join(out, file), name)
`;
const nowhere = ['--pool', 'no-such-tag'];

beforeAll(async () => {
  mkdirSync(at('models/train'), { recursive: true });
  mkdirSync(at('photos/cats'), { recursive: true });
  writeFileSync(
    at('models/mine.yaml'),
    'loader: mine.py:load\ninput: { width: 8, height: 8 }\nbatch_size: 4\nweights: models/mine/w.pt\nclasses: models/mine/c.json\n',
  );
  writeFileSync(
    at('models/mine.py'),
    'def load(weights, classes, input, device):\n    raise SystemExit(1)\n',
  );
  writeFileSync(at('models/train/train.py'), program);
  writeFileSync(at('data.txt'), 'the weights');
  for (const name of ['a.png', 'cats/b.jpg', 'c.gif', 'notes.txt']) writeFileSync(at('photos', name), name);
  const up = await workspace.collab('fleet', 'up', '--local', '--yes', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 120_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it(
  'a model is one file of the workspace, beside those that come with collab',
  { timeout: 60_000 },
  async () => {
    const { models } = await result<{ models: { name: string; weights_version: number | null }[] }>('models');
    expect(models.map(({ name }) => name)).toEqual(['digit-detector', 'inception-v3', 'mine', 'resnet50']);
    expect((await workspace.collab('validate', 'models/mine.yaml')).stdout).toBe(
      'mine is a valid model: mine.py:load.\n',
    );
    writeFileSync(at('models/bad.yaml'), 'loader: none.py:load\ninput: { width: 0 }\n');
    const bad = await workspace.collab('validate', 'models/bad.yaml');
    expect(bad.code).toBe(2);
    for (const fault of ['bad.yaml:2  input.width', 'bad.yaml:2  input.height'])
      expect(bad.stderr).toContain(fault);
  },
);

it('training puts weights into the store, which later jobs have', { timeout: 120_000 }, async () => {
  const before = await infer('submit', 'mine', 'photos', '--name', 'before', ...nowhere, '--batch-size', '4');
  expect(before.stderr).toContain('the store has no models/mine/w.pt');
  expect(before.stderr).toContain('one file that is no image is left out: notes.txt');
  const trained = await infer(
    'train',
    'mine',
    '--data',
    'data.txt',
    '--wait',
    '--',
    '--say',
    'mine, 90 % of 10',
  );
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stdout).toContain('mine is trained: mine, 90 % of 10, in 1.5 s');
  const got = await workspace.collab('store', 'get', 'models/mine/w.pt', 'w.pt', '--local');
  expect(got.code, got.stderr).toBe(0);
  expect(readFileSync(at('w.pt'), 'utf8')).toBe('the weights');
  const after = await infer('submit', 'mine', 'photos', '--name', 'after', ...nowhere, '--batch-size', '4');
  expect(after.stderr).not.toContain('the store has no');
  const shown = await localResult<{ inference: { model: object } }>(workspace, 'job', 'show', 'after');
  expect(shown.inference.model).toMatchObject({
    weights: { name: 'models/mine/w.pt', version: 1 },
    classes: { name: 'models/mine/c.json', version: 1 },
  });
});

it('a job of a model without known data asks for a file', { timeout: 60_000 }, async () => {
  const refused = await infer('train', 'mine');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('collab infer train mine --data <file>');
});

it('a job that waits is told of as it is', { timeout: 60_000 }, async () => {
  const { tasks } = await result<{ tasks: number }>(
    'submit',
    'mine',
    'photos',
    '--count',
    '10',
    '--name',
    'ten',
    '--batch-size',
    '4',
    ...nowhere,
  );
  expect(tasks).toBe(3);
  const output = await infer('output', 'ten', 'ten.csv');
  expect(output.code).toBe(6);
  expect(output.stderr).toContain('10 images of 3 batches that wait (0, 1, 2)');
  expect(readFileSync(at('ten.csv'), 'utf8')).toMatch(/^index,image,class,.*\n$/);
  const { models } = await result<{ models: { completed: number; queries: number }[] }>('rate', 'ten');
  expect(models).toMatchObject([{ model: 'mine', completed: 0, queries: 10, per_s: 0 }]);
  expect(await result('times', 'ten')).toMatchObject({ models: [{ n: 0, mean_s: null }] });
  expect((await infer('assignments')).stdout).toBe('No device works on a batch now.\n');
});

it('the console has the same words', { timeout: 60_000 }, async () => {
  const lines = ['models', 'rate ten', 'times ten', 'assignments', 'output ten console.jsonl', 'submit mine'];
  const console = await workspace.collabFrom(`${lines.join('\n')}\n`, 'fleet', 'console', '--local');
  expect(console.stdout).toContain('mine');
  expect(console.stdout).toContain('0 of 10');
  expect(console.stdout).toContain(
    '0 images are in console.jsonl. Missing: 10 images of 3 batches that wait',
  );
  expect(console.stdout).toContain('Name model and images');
});
