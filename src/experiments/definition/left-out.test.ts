import { expect, test } from 'vitest';
import { readLeftOut } from './left-out.js';

const isLeftOut = async (path: string, ignoreFile = '', data: string[] = []) =>
  (await readLeftOut(ignoreFile, data))(path.replace(/\/$/, ''), path.endsWith('/'));

test.each([
  '__pycache__/',
  'a/b/__pycache__/',
  '.git/',
  '.git',
  '.#model.py',
  'a/.#model.py',
  'model.py~',
  '.venv/',
])('excludes what tools leave behind: %s', async (path) => expect(await isLeftOut(path)).toBe(true));

test.each(['model.py', 'data/a.txt', 'logs.txt', 'my.git', '.env', '.collabignore', 'venv'])(
  'includes everything else: %s',
  async (path) => expect(await isLeftOut(path)).toBe(false),
);

test.each([
  ['*.png', 'plots/a.png', true],
  ['/notes.txt', 'notes.txt', true],
  ['/notes.txt', 'a/notes.txt', false],
  ['plots/', 'plots/', true],
  ['plots/', 'plots', false],
  ['*.bin\n!weights.bin', 'weights.bin', false],
  ['# a comment\n\n  ', 'a comment', false],
  ['a/**/z', 'a/b/c/z', true],
  ['!.venv', '.venv/', false],
  ['*', 'experiment.yaml', false],
])('.collabignore works like .gitignore: %j on %s', async (ignoreFile, path, expected) => {
  expect(await isLeftOut(path, ignoreFile)).toBe(expected);
});

test('excludes data folders by their literal name, whatever characters it contains', async () => {
  expect(await isLeftOut('data[1] *x/', '', ['data[1] *x'])).toBe(true);
  expect(await isLeftOut('data1 yx/', '', ['data[1] *x'])).toBe(false);
  expect(await isLeftOut('sub/data/', '', ['data'])).toBe(false);
});
