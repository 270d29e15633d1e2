import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { membersAway } from './members-away.js';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'away-'));
  await mkdir(join(state, 'member'));
});
afterEach(() => rm(state, { recursive: true }));

const write = (text: string) => writeFile(join(state, 'member/states.json'), text);

test('names members that are not alive, as long as the file is fresh', async () => {
  await write(JSON.stringify({ format: 1, states: { a: 'alive', b: 'suspect', c: 'failed', d: 'left' } }));
  expect([...(await membersAway(state, new Date()))]).toEqual([
    ['b', 'suspect'],
    ['c', 'failed'],
    ['d', 'left'],
  ]);
  expect((await membersAway(state, new Date(Date.now() + 60_000))).size).toBe(0);
});

test('names none without a file that it can read', async () => {
  expect((await membersAway(state, new Date())).size).toBe(0);
  await write('{');
  expect((await membersAway(state, new Date())).size).toBe(0);
});
