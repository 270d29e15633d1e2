import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { LineTail } from './line-tail.js';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'tail-')), 'stdout.log');
});

it('returns complete lines once, and a partial line when it is complete', async () => {
  const tail = new LineTail(path);
  expect(await tail.next()).toEqual([]);
  await writeFile(path, 'one\ntwo\nthr');
  expect(await tail.next()).toEqual(['one', 'two']);
  expect(await tail.next()).toEqual([]);
  await appendFile(path, 'ee\n');
  expect(await tail.next()).toEqual(['three']);
});

it('skips data that arrives too fast, and resumes at a complete line', async () => {
  const tail = new LineTail(path);
  await writeFile(path, `${'x'.repeat(99)}\n`.repeat(10_000));
  const lines = await tail.next();
  expect(lines.length).toBeGreaterThan(600);
  expect(new Set(lines)).toEqual(new Set(['x'.repeat(99)]));
  expect(await tail.next()).toEqual([]);
});

it('skips nothing from the start', async () => {
  const tail = new LineTail(path, 'start');
  await writeFile(path, Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join(''));
  const lines: string[] = [];
  for (let more = await tail.next(); more.length > 0; more = await tail.next()) lines.push(...more);
  expect(lines).toHaveLength(20_000);
  expect(lines.at(-1)).toBe('line 19999');
});

it('an endless line does not block what follows', async () => {
  const tail = new LineTail(path);
  await writeFile(path, 'y'.repeat(300_000));
  expect(await tail.next()).toEqual([]);
  await appendFile(path, '\nnext\n');
  await tail.next();
  await appendFile(path, 'last\n');
  expect(await tail.next()).toEqual(['last']);
});

it('leaves out no long line from the start', async () => {
  const tail = new LineTail(path, 'start');
  const long = 'z'.repeat(300_000);
  await writeFile(path, `${long}\nshort\n`);
  const lines: string[] = [];
  for (let more = await tail.next(); more.length > 0; more = await tail.next()) lines.push(...more);
  expect(lines).toEqual([long, 'short']);
});
