import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { findRun } from './find-run.js';
import { editLabels, firstLabels } from './run-labels.js';
import { readSettledRun } from './settled-run.js';

test('labels are beside the record, which stays as it is, and are changed one by one', async () => {
  const { path } = await RunFolder.make(runOf());
  const before = await readFile(join(path, 'run.json'), 'utf8');
  expect((await readSettledRun(path)).labels).toBeUndefined();
  await editLabels(path, { name: 'base line', tag: ['paper', 'gpu', 'paper'] });
  await editLabels(path, { note: 'the fan was off', untag: ['gpu'], tag: ['b'] });
  const labels = { name: 'base line', note: 'the fan was off', tags: ['b', 'paper'] };
  expect((await readSettledRun(path)).labels).toEqual(labels);
  expect(await editLabels(path, { name: '' })).toEqual({ ...labels, name: null });
  expect(await readFile(join(path, 'run.json'), 'utf8')).toBe(before);
});

test.each([
  [{ name: 'a\nb' }, 'the name: has line breaks or control characters'],
  [{ name: 'x'.repeat(81) }, 'the name: may have 80 characters at most'],
  [{ name: '../a' }, 'the name: has a / or \\, or begins with . or -'],
  [{ name: '20261121-125301-a1b2' }, 'the name: looks like the id of a run'],
  [{ note: '\x1b[31mred' }, 'the note: has line breaks or control characters'],
  [{ tag: ['b', 'a b'] }, 'the tag "a b": has a space or a comma'],
  [{ tag: Array.from({ length: 31 }, (_, at) => `t${at}`) }, 'the tags: may be 30 at most'],
])('%j is refused with the reason', (labels, why) => {
  expect(() => firstLabels(labels)).toThrow(expect.objectContaining({ name: 'bad-label', why }) as Error);
});

test('without labels there are none to write', () => {
  expect(firstLabels({ tag: [] })).toBeNull();
});

test('a file that cannot be read is not written over', async () => {
  const { path } = await RunFolder.make(runOf());
  await writeFile(join(path, 'labels.json'), '{"name":');
  await expect(editLabels(path, { tag: ['a'] })).rejects.toMatchObject({ name: 'labels-unreadable' });
  expect(await readFile(join(path, 'labels.json'), 'utf8')).toBe('{"name":');
  expect((await readSettledRun(path)).labels).toBeUndefined();
});

test('a run is found by its name, unless two have it', async () => {
  const first = await RunFolder.make(runOf(), undefined, 'hello/20261121-100000-aaaa');
  const logs = join(first.path, '../..');
  const second = await RunFolder.make(runOf(), logs, 'hello/20261121-110000-bbbb');
  await editLabels(first.path, { name: '2026' });
  expect(await findRun(logs, '2026')).toBe(first.path);
  await editLabels(second.path, { name: '2026' });
  await expect(findRun(logs, '2026')).rejects.toMatchObject({
    name: 'run-ambiguous',
    why: 'There are: hello/20261121-110000-bbbb, hello/20261121-100000-aaaa.',
  });
});
