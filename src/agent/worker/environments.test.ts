import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { type EnvironmentPlace, Environments, NotInstalled } from './environments.js';

let root: string;
let clock: SteppedClock;
let made: { place: EnvironmentPlace; venv: string }[];
let answer: { code: number | null; printed: string };
let environments: Environments;
const never = new AbortController().signal;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'environments-'));
  clock = new SteppedClock();
  made = [];
  answer = { code: 0, printed: '' };
  environments = open();
});
afterEach(() => rm(root, { recursive: true }));

function open(): Environments {
  const make = async (place: EnvironmentPlace, venv: string) => {
    made.push({ place, venv });
    await writeFile(join(venv, 'made'), place.files);
    return answer;
  };
  const context = { clock, log: () => undefined, signal: never };
  return new Environments(join(root, 'venvs'), make, context);
}

async function job(name: string, files: Record<string, string>): Promise<EnvironmentPlace> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
  return { owner: 'ann', files: folder, requirements: 'requirements.txt', imageId: 'sha256:a' };
}

test('is made once for the same requirements, whatever else the jobs bring', async () => {
  const one = await job('one', { 'requirements.txt': 'numpy', 'a.py': '1' });
  const two = await job('two', { 'requirements.txt': 'numpy', 'a.py': '2' });
  const [first, again] = await Promise.all([environments.take(one, never), environments.take(one, never)]);
  expect(again).toBe(first);
  expect(await environments.take(two, never)).toBe(first);
  // After a new start of the agent too.
  expect(await open().take(two, never)).toBe(first);
  expect(made).toHaveLength(1);
  // In a copy of the job's files, which is gone.
  expect(made[0]?.place.files).not.toBe(one.files);
  expect(existsSync(made[0]?.place.files ?? '')).toBe(false);
});

test('is another one for another image, another text, another user, or another wheel that the text names', async () => {
  const one = await job('one', { 'requirements.txt': './a-1-py3-none-any.whl', 'a-1-py3-none-any.whl': '1' });
  const two = await job('two', { 'requirements.txt': './a-1-py3-none-any.whl', 'a-1-py3-none-any.whl': '2' });
  const three = await job('three', { 'requirements.txt': 'numpy' });
  const places = [
    one,
    two,
    three,
    { ...one, imageId: 'sha256:b' },
    { ...one, imageId: null },
    { ...one, owner: 'bob' },
  ];
  const folders = await Promise.all(places.map((place) => environments.take(place, never)));
  expect(new Set(folders).size).toBe(places.length);
});

test('what cannot be installed says so with the last lines of pip, and is not tried again for a minute', async () => {
  const one = await job('one', { 'requirements.txt': 'nonsense' });
  answer = { code: 1, printed: 'looking\nERROR: No matching distribution found for nonsense\n' };
  const failure: unknown = await environments.take(one, never).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotInstalled);
  expect((failure as NotInstalled).lastLines).toContain('No matching distribution found for nonsense');
  answer = { code: 0, printed: '' };
  await expect(environments.take(one, never)).rejects.toThrow('could not be installed');
  expect(made).toHaveLength(1);
  expect(await readdir(join(root, 'venvs'))).toEqual([]);
  await clock.sleep(61_000);
  await environments.take(one, never);
  expect(made).toHaveLength(2);
});

test('removes what was not finished, and what no task has used for a week', async () => {
  const one = await job('one', { 'requirements.txt': 'numpy' });
  const two = await job('two', { 'requirements.txt': 'torch' });
  const [old] = [await environments.take(one, never), await environments.take(two, never)];
  await mkdir(join(root, 'venvs/half/venv'), { recursive: true });
  const before = new Date(clock.now().getTime() - 8 * 24 * 3_600_000);
  await utimes(join(old, '../used'), before, before);
  await open().removeUnused();
  expect(await readdir(join(root, 'venvs'))).toHaveLength(1);
});

test('keeps what a task uses for however long, and for a week after the last one has ended', async () => {
  const weekMs = 7 * 24 * 3_600_000;
  const one = await job('one', { 'requirements.txt': 'numpy' });
  const isThere = async () => (await readdir(join(root, 'venvs'))).length === 1;
  const [venv] = [await environments.take(one, never), await environments.take(one, never)];
  await environments.release(venv);
  await clock.sleep(2 * weekMs);
  await environments.removeUnused();
  expect(await isThere()).toBe(true);
  await environments.release(venv);
  await clock.sleep(weekMs - 1000);
  await environments.removeUnused();
  expect(await isThere()).toBe(true);
  await clock.sleep(2000);
  await environments.removeUnused();
  expect(await isThere()).toBe(false);
  // What could not be made is used by nobody.
  answer = { code: 1, printed: '' };
  await environments.take(one, never).catch(() => undefined);
  answer = { code: 0, printed: '' };
  await clock.sleep(61_000);
  await environments.release(await environments.take(one, never));
  await clock.sleep(weekMs + 1000);
  await environments.removeUnused();
  expect(await isThere()).toBe(false);
});

test('one that is taken while it is removed is made anew', async () => {
  const one = await job('one', { 'requirements.txt': 'numpy' });
  await environments.release(await environments.take(one, never));
  await clock.sleep(8 * 24 * 3_600_000);
  const [, venv] = await Promise.all([environments.removeUnused(), environments.take(one, never)]);
  expect(existsSync(join(venv, 'made'))).toBe(true);
});
