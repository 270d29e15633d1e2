import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { RunFolder, runOf } from '../../../../tests/fixtures/run-folder.js';
import { editLabels } from '../../../index.js';
import { RunTable } from './run-table.js';

let logs: string;
let first: string;
let nowMs = 0;
const clock = { now: () => new Date(nowMs), sleep: () => Promise.resolve() };

beforeEach(async () => {
  first = (await RunFolder.make(runOf(), undefined, 'hello/20261121-125301-a1b2')).path;
  logs = join(first, '../..');
  await RunFolder.make('{"format":1', logs, 'hello/20261121-125302-ffff');
});

const ids = (entries: readonly { run: string }[]) => entries.map(({ run }) => run.slice(-4)).sort();

it('tells all runs first, and then what changed', async () => {
  const table = new RunTable(logs, clock, 'one');
  const whole = await table.since(null, 0);
  expect(whole).toMatchObject({ server: 'one', whole: true });
  expect(ids(whole.entries)).toEqual(['a1b2', 'ffff']);
  expect(whole.entries.find(({ run }) => run.endsWith('ffff'))).toMatchObject({
    state: 'unreadable',
    verdict: null,
    fault: expect.stringContaining('JSON') as string,
  });
  await expect
    .poll(async () => (await table.since('one', 0)).entries.map(({ verdict }) => verdict))
    .toContain('DOUBTFUL');
  const judged = await table.since('one', whole.version);
  expect(ids(judged.entries)).toEqual(['a1b2']);
  await editLabels(first, { name: 'mine', tag: ['paper'] });
  expect((await table.since('one', judged.version)).entries).toEqual([]);
  table.stale();
  const edited = await table.since('one', judged.version);
  expect(edited.entries).toMatchObject([{ name: 'mine', tags: ['paper'] }]);
});

it('a run that is removed is told, and to a page of an earlier server everything is told', async () => {
  const table = new RunTable(logs, clock, 'two');
  const { version } = await table.since(null, 0);
  await rm(first, { recursive: true });
  nowMs += 5000;
  const later = await table.since('two', version);
  expect(later.removed).toEqual(['hello/20261121-125301-a1b2']);
  const other = await table.since('one', 99);
  expect([other.whole, ids(other.entries), other.removed]).toEqual([true, ['ffff'], []]);
});

it('a run is read again only when one of its files has another size or time', async () => {
  const path = join(first, 'labels.json');
  const write = async (name: string, second: number) => {
    await editLabels(first, { name });
    await utimes(path, second, second);
  };
  await write('mine', 1000);
  const table = new RunTable(logs, clock, 'three');
  const name = async () => {
    const { entries } = await table.since(null, 0);
    nowMs += 5000;
    return entries.find(({ run }) => run.endsWith('a1b2'))?.name;
  };
  expect(await name()).toBe('mine');
  await write('none', 1000);
  expect(await name()).toBe('mine');
  await write('none', 1001);
  expect(await name()).toBe('none');
});
