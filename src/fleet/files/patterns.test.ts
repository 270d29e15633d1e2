import { expect, it } from 'vitest';
import { namePattern } from './patterns.js';

it.each([
  ['', ['a', 'a/b'], [], ''],
  ['a', ['a', 'a/b', 'a/b/c'], ['ab', 'b/a'], 'a'],
  ['a/b/', ['a/b', 'a/b/c'], ['a', 'a/bc'], 'a/b'],
  ['*', ['a', '.hidden'], ['a/b'], ''],
  ['a/*.txt', ['a/b.txt', 'a/.txt'], ['a/b/c.txt', 'a/b.md'], 'a'],
  ['a/**', ['a/b', 'a/b/c'], ['b/a'], 'a'],
  ['a/**/c', ['a/c', 'a/b/c', 'a/b/b/c'], ['a/b'], 'a'],
  ['**/*.pt', ['x.pt', 'a/x.pt'], ['a/x.txt'], ''],
  ['a/b?/c', ['a/b1/c'], ['a/b/c', 'a/b12/c'], 'a'],
  ['w/{a,b}.pt', ['w/a.pt', 'w/b.pt'], ['w/c.pt'], 'w'],
  ['!a', ['!a'], ['a', 'b'], ''],
])('%j matches names', (pattern, matching, others, folder) => {
  const read = namePattern(pattern);
  expect(read.folder).toBe(folder);
  for (const name of matching) expect(read.matches(name), name).toBe(true);
  for (const name of others) expect(read.matches(name), name).toBe(false);
});
