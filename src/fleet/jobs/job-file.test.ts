import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFileJsonSchema, readJobFile } from './job-file.js';
import { openJobSource } from './job-source.js';

async function read(yaml: string, rows?: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'collab-job-'));
  await writeFile(join(folder, 'job.yaml'), yaml);
  if (rows !== undefined) await writeFile(join(folder, 'rows.csv'), rows);
  await using source = await openJobSource(folder);
  return await readJobFile(source);
}

test('job.schema.json matches the schema; if not, run: npm run schema', async () => {
  const onDisk = await readFile(new URL('job.schema.json', import.meta.url), 'utf8');
  expect(onDisk).toBe(`${JSON.stringify(jobFileJsonSchema(), null, 2)}\n`);
});

test('a whole file', async () => {
  const yaml = `name: fit
command: [sh, ./run.sh, '{rate}']
pool: [gpu]
set: { rate: [0.1, 0.2], kind: [a] }
attempts: 2
timeout: 2m
weight: 3
`;
  expect(await read(yaml)).toEqual({
    name: 'fit',
    command: ['sh', './run.sh', '{rate}'],
    pool: ['gpu'],
    tasks: { kind: 'set', values: { rate: [0.1, 0.2], kind: ['a'] } },
    attempts: 2,
    timeoutS: 120,
    weight: 3,
  });
});

test('each is a CSV file beside it', async () => {
  expect(await read('each: rows.csv', 'a\n1\n')).toMatchObject({
    tasks: { kind: 'each', columns: ['a'], rows: [[1]] },
  });
  await expect(read('each: rows.csv')).rejects.toMatchObject({ name: 'job-bad-rows' });
});

test('no file says nothing, an empty one neither', async () => {
  expect(await readJobFile(await openJobSource(import.meta.dirname))).toBeNull();
  expect(await read('')).toEqual({});
});

test('inputs are names with their sources', async () => {
  expect(await read('inputs: { data: store:datasets/a, model.pt: ../m.pt }\n')).toMatchObject({
    inputs: { data: 'store:datasets/a', 'model.pt': '../m.pt' },
  });
});

test.each([
  ['name: fit\ncomand: [a]\n', 'job.yaml:2  comand: there is no such key. Did you mean'],
  ['command: sh run.sh\n', 'job.yaml:1  command: must be a list'],
  ['command: [a, 1]\n', 'job.yaml:1  command.1: must be text'],
  ['count: 2\nset: { a: [1] }\n', 'job.yaml:2  set: only one of count, each and set'],
  ['set: { task: [1] }\n', 'job.yaml:1  set.task: "task" is the number of the task'],
  ['timeout: 1h30m\n', 'job.yaml:1  timeout: must be a duration with one unit: write "90m"'],
  ['inputs: [a]\n', 'job.yaml:1  inputs: must be names with their sources'],
  ['count: 0\n', 'job.yaml:1  count: must be a whole number from 1'],
  ['a: b: c\n', 'job.yaml:1'],
])('%j is refused with its line', async (yaml, why) => {
  await expect(read(yaml)).rejects.toMatchObject({
    name: 'job-file-invalid',
    exitCode: 2,
    why: expect.stringContaining(why) as string,
  });
});
