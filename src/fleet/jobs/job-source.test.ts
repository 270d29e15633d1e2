import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { AskedLeader, folderWith, jobOf, quiet } from '../../../tests/fixtures/asked-leader.js';
import { zipOf } from '../../../tests/fixtures/zip-bytes.js';
import { systemClock } from '../../events.js';
import { putPath } from '../files/index.js';
import { readJobFile } from './job-file.js';
import { inputsOf, openInputs } from './job-inputs.js';
import { openJobSource } from './job-source.js';
import { jobDefinitionOf } from './written-job.js';

let leader: AskedLeader;
beforeEach(async () => {
  leader = await AskedLeader.make();
  leader.answer = () => ({ kind: 'job', job: jobOf() });
});

async function put(files: Record<string, string>, name: string): Promise<void> {
  await putPath(
    leader.jobs.store.files,
    { local: await folderWith(files), name },
    { clock: systemClock, ...quiet },
  );
}

async function zipWith(files: Record<string, string>): Promise<string> {
  const path = join(await folderWith({}), 'fit.zip');
  await writeFile(path, zipOf(Object.entries(files).map(([name, data]) => ({ name, data }))));
  return path;
}

/** Submits as the command does. @returns the names that are in the store then, with their contents */
async function submitted(typed: string, inputs: string[] = []): Promise<Record<string, string>> {
  const options = { store: leader.jobs.store.files };
  await using source = await openJobSource(typed, options);
  const file = await readJobFile(source);
  const definition = jobDefinitionOf(source.name, file, { command: ['true'] });
  await using files = await openInputs(source, { written: file?.inputs, flags: inputsOf(inputs) }, options);
  const { id } = await leader.jobs.submit({ tree: files.tree, definition }, quiet);
  const root = `jobs/${id}/files`;
  const found: Record<string, string> = {};
  for await (const { name, kind } of leader.jobs.store.files.list(root)) {
    const pieces: Uint8Array[] = [];
    if (kind === 'file')
      for await (const one of (await leader.jobs.store.files.open(name)).content()) pieces.push(one);
    if (kind === 'file') found[name.slice(root.length + 1)] = Buffer.concat(pieces).toString();
  }
  return found;
}

test('a zip file is submitted like the folder in it, under its name', async () => {
  const path = await zipWith({
    'fit/job.yaml': 'each: rows.csv\n',
    'fit/rows.csv': 'a\n1\n',
    'fit/data/x': 'x',
  });
  expect(Object.keys(await submitted(path)).sort()).toEqual(['data/x', 'job.yaml', 'rows.csv']);
  expect(leader.asked[0]).toMatchObject({
    definition: { name: 'fit', tasks: { kind: 'each', columns: ['a'], rows: [[1]] } },
  });
});

test('a zip file that is damaged leaves nothing in the store', async () => {
  const path = join(await folderWith({}), 'bad.zip');
  const data = 'a'.repeat(2_000_000);
  await writeFile(
    path,
    zipOf([
      { name: 'a', data, method: 0 },
      { name: 'b', data, method: 0, crc: 7 },
    ]),
  );
  await expect(submitted(path)).rejects.toMatchObject({ name: 'zip-refused' });
  expect(await leader.namesIn('jobs')).toEqual([]);
  expect(leader.asked).toEqual([]);
});

test('faults of job.yaml in a zip file name the zip file', async () => {
  const path = await zipWith({ 'job.yaml': 'count: 0\n', a: '' });
  await expect(submitted(path)).rejects.toMatchObject({
    name: 'job-file-invalid',
    what: `${path}/job.yaml has 1 fault.`,
  });
  await expect(submitted(await zipWith({ 'job.yaml': 'each: none.csv\n' }))).rejects.toMatchObject({
    name: 'job-bad-rows',
    why: 'There is no such file.',
  });
});

test('a folder in the store is submitted as it is now', async () => {
  await put({ 'run.sh': 'old', 'job.yaml': 'count: 3\n' }, 'work/fit');
  await put({ 'run.sh': 'new' }, 'work/fit');
  expect(await submitted('store:work/fit/')).toEqual({ 'run.sh': 'new', 'job.yaml': 'count: 3\n' });
  expect(leader.asked[0]).toMatchObject({ definition: { name: 'fit', tasks: { kind: 'count', count: 3 } } });
});

test('what is read is the version of when it was opened', async () => {
  await put({ 'run.sh': 'old' }, 'work/fit');
  await using source = await openJobSource('store:work/fit', { store: leader.jobs.store.files });
  await put({ 'run.sh': 'new' }, 'work/fit');
  expect(await source.text('run.sh')).toBe('old');
});

test('inputs appear beside the files of the folder', async () => {
  await put({ 'train.csv': '1', 'deep/test.csv': '2' }, 'datasets/cifar');
  const yaml = 'inputs: { data: store:datasets/cifar, own: ../other }\n';
  const folder = join(await folderWith({ 'job/job.yaml': yaml, 'other/o': '3' }), 'job');
  const model = join(await folderWith({ m: '4' }), 'm');
  const found = await submitted(folder, [`models/a.pt=${model}`, 'data=store:datasets/cifar/deep']);
  expect(found).toMatchObject({ 'data/test.csv': '2', 'own/o': '3', 'models/a.pt': '4' });
  expect(found).not.toHaveProperty('data/train.csv');
});

test.each([
  ['data', 'job-bad-input'],
  ['=store:a', 'job-bad-input'],
  ['../data=store:a', 'job-bad-input'],
  ['/data=store:a', 'job-bad-input'],
  ['data=', 'job-bad-input'],
  ['data=store:', 'job-no-folder'],
  ['data=store:none', 'store-no-file'],
  ['data=/nowhere', 'store-no-local'],
  ['data=s3:///a', 'store-bad-name'],
  ['run.sh=store:work', 'job-input-there'],
  ['run.sh/data=store:work', 'job-input-there'],
  ['sub=store:work', 'job-input-there'],
])('--input %s is refused as %s', async (input, name) => {
  await put({ a: 'a' }, 'work');
  const folder = await folderWith({ 'run.sh': 'true', 'sub/a': 'a' });
  await expect(submitted(folder, [input])).rejects.toMatchObject({ name });
  expect(await leader.namesIn('jobs')).toEqual([]);
});

test('two inputs cannot have one place', async () => {
  await put({ a: 'a' }, 'work');
  const folder = await folderWith({ 'run.sh': 'true' });
  const inputs = (...words: string[]) => submitted(folder, words);
  await expect(inputs('data=store:work', 'data/b=store:work')).resolves.toHaveProperty(['data/b/a']);
  await expect(inputs('data/b=store:work', 'data=store:work')).rejects.toMatchObject({
    name: 'job-input-there',
  });
  await expect(inputs('data=store:work', 'data=store:work')).rejects.toMatchObject({ name: 'job-bad-input' });
});

test('a path of this machine in job.yaml of a zip file is refused', async () => {
  const path = await zipWith({ 'job.yaml': 'inputs: { data: /etc }\n' });
  await expect(submitted(path)).rejects.toMatchObject({ name: 'job-bad-input' });
});

test('a file that is no zip file, and a name that is not there, are refused', async () => {
  const folder = await folderWith({ 'a.zip': 'text' });
  await expect(openJobSource(join(folder, 'a.zip'))).rejects.toMatchObject({
    name: 'job-no-folder',
    exitCode: 2,
  });
  await expect(openJobSource('/nowhere')).rejects.toMatchObject({ name: 'job-no-folder', exitCode: 2 });
});

test('a file that cannot be read says why', async () => {
  const folder = await folderWith({ 'job.yaml/a': 'a' });
  await expect(submitted(folder)).rejects.toMatchObject({ name: 'job-unreadable', exitCode: 2 });
});

test('job.yaml may be a link, in the store too', async () => {
  const folder = await folderWith({ 'real.yaml': 'count: 7\n' });
  await symlink('real.yaml', join(folder, 'job.yaml'));
  await putPath(leader.jobs.store.files, { local: folder, name: 'linked' }, { clock: systemClock, ...quiet });
  for (const typed of [folder, 'store:linked']) {
    await using source = await openJobSource(typed, { store: leader.jobs.store.files });
    expect(await readJobFile(source)).toMatchObject({ tasks: { kind: 'count', count: 7 } });
  }
});
