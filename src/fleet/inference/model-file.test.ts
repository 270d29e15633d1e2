import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkModelFile, modelFileJsonSchema } from './model-file.js';
import { modelNames, readModel } from './models.js';
import { folderWith } from '../../../tests/fixtures/asked-leader.js';
import { Workspace } from '../../workspace/index.js';

const good = 'loader: my.py:load\ninput: { width: 8, height: 8 }\n';
const check = (text: string) => checkModelFile('mine', text, ['my.py']);

test('what a file leaves out has a default', async () => {
  expect(await check(good)).toEqual({
    file: {
      description: '',
      loader: 'my.py:load',
      base: 'torch',
      input: { width: 8, height: 8 },
      batch_size: 8,
      task: 'classify',
    },
  });
});

test('all faults are told at once, with their lines', async () => {
  const text = `loader: other.txt
input: { width: 0 }
batch_size: 5000
weights: private/w.pt
tasks: detect
`;
  const checked = await check(text);
  expect('faults' in checked && checked.faults.map(({ file, line, path }) => [file, line, path])).toEqual([
    ['mine.yaml', 1, 'loader'],
    ['mine.yaml', 2, 'input.width'],
    ['mine.yaml', 2, 'input.height'],
    ['mine.yaml', 3, 'batch_size'],
    ['mine.yaml', 4, 'weights'],
    ['mine.yaml', 5, 'tasks'],
  ]);
});

test('a loader whose file is not there is a fault', async () => {
  const checked = await check(good.replace('my.py', 'your.py'));
  expect('faults' in checked && checked.faults[0]).toMatchObject({
    line: 1,
    message: 'there is no your.py beside it; there are my.py',
  });
});

test('one file of a workspace is a model, beside the programs of later folders, and hides theirs', async () => {
  const own = await folderWith({ 'mine.yaml': good, 'my.py': 'own', 'notes.txt': '' });
  const shipped = await folderWith({
    'my.py': 'shipped',
    'serve.py': 'serve',
    'other.yaml': good,
    'train/train.py': '',
  });
  const folders = [own, shipped, '/nowhere'];
  expect(await modelNames(folders)).toEqual(['mine', 'other']);
  const codeOf = async (name: string) =>
    (await readModel(folders, name)).code.map((one) => [one.name, Buffer.from(one.content).toString()]);
  expect(await codeOf('mine')).toEqual([
    ['my.py', 'own'],
    ['serve.py', 'serve'],
  ]);
  expect(await codeOf('other')).toEqual([
    ['my.py', 'shipped'],
    ['serve.py', 'serve'],
  ]);
  await expect(readModel(folders, 'othr')).rejects.toMatchObject({
    name: 'model-unknown',
    what: 'There is no model "othr". Did you mean "other"?',
  });
});

test('the models that ship are valid', async () => {
  const folders = new Workspace('/nowhere').modelFolders;
  const names = await modelNames(folders);
  expect(names).toEqual(['digit-detector', 'inception-v3', 'resnet50']);
  for (const name of names) {
    const { file, code } = await readModel(folders, name);
    expect(file.weights).toBe(`models/${name}/weights.pt`);
    expect(code.map((one) => one.name)).toContain('serve.py');
  }
});

test('model.schema.json matches the schema; if not, run: npm run schema', async () => {
  const onDisk = await readFile(new URL('model.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(onDisk)).toEqual(modelFileJsonSchema());
});
