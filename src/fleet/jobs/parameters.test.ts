import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tasksOfRows, tasksOfSets, valueOf } from './parameters.js';
import { readsInCommand } from './tasks.js';

test.each([
  ['1', 1],
  ['-0.5', -0.5],
  ['1.0', '1.0'],
  ['007', '007'],
  ['1e3', '1e3'],
  ['true', true],
  ['', ''],
  ['Infinity', 'Infinity'],
  ['9007199254740993', '9007199254740993'],
])('%s is %j: numbers are numbers if nothing of how they are written is lost', (text, value) => {
  expect(valueOf(text)).toBe(value);
});

test('sets of values', () => {
  expect(tasksOfSets(['rate=0.1,0.2', 'kind=a=b', 'rate=1'])).toEqual({
    kind: 'set',
    values: { rate: [0.1, 0.2, 1], kind: ['a=b'] },
  });
});

test.each([
  ['rate', 'no "="'],
  ['rate=', 'empty'],
  ['rate=1,,2', 'empty'],
  ['=1', 'no name'],
  ['2x=1', 'no name'],
  ['task=1', 'number of the task'],
])('--set %s is refused', (set, why) => {
  expect(() => tasksOfSets([set])).toThrow(
    expect.objectContaining({
      name: 'job-bad-set',
      why: expect.stringContaining(why) as string,
      exitCode: 2,
    }),
  );
});

async function rowsOf(text: string): Promise<unknown> {
  const path = join(await mkdtemp(join(tmpdir(), 'collab-rows-')), 'rows.csv');
  await writeFile(path, text);
  return tasksOfRows(path);
}

test('rows of a CSV file', async () => {
  expect(await rowsOf('file,rate\n"a, b.png",0.5\nc.png,007\n')).toEqual({
    kind: 'each',
    columns: ['file', 'rate'],
    rows: [
      ['a, b.png', 0.5],
      ['c.png', '007'],
    ],
  });
});

test.each([
  ['', 'is empty'],
  ['a,b\n', 'no rows'],
  ['1,2\n3,4\n', 'Line 1 must name the parameters: "1" is no name'],
  ['a,a\n1,2\n', 'same name'],
  ['a,b\n1,2\n\n3\n', 'Line 4 has 1 field, and the first line has 2'],
  ['a\n"x\n', 'Line 2: a quote'],
])('%j is refused', async (text, why) => {
  await expect(rowsOf(text)).rejects.toMatchObject({
    name: 'job-bad-rows',
    exitCode: 2,
    why: expect.stringContaining(why) as string,
  });
});

test('a file that is not there is named', async () => {
  await expect(tasksOfRows('/nowhere/rows.csv')).rejects.toMatchObject({ name: 'job-bad-rows' });
});

test('the parameters whose values are part of a command', () => {
  const tasks = { kind: 'set' as const, values: { a: [1, 2], b: ['x'], c: [true] } };
  expect(readsInCommand({ tasks, command: ['run', '--a={a}', '{task}', '{b}{b}', '{other}'] })).toEqual([
    'a',
    'b',
  ]);
  expect(readsInCommand({ tasks: { kind: 'count', count: 2 }, command: ['{a}'] })).toEqual([]);
});
