import { expect, test } from 'vitest';
import { planCode, whiteout, type CodeRecord } from './code-plan.js';

const files = {
  'experiment/a.py': '1',
  'experiment/b.py': '2',
  'experiment/lib/c.py': '3',
  'experiment/lib/deep/d.py': '4',
};
const since: CodeRecord = {
  hash: 'h1',
  files,
  earlier: [],
  wrapper: { hash: 'w', diffId: 'sha256:w', sizeBytes: 1e5 },
  layers: [{ diffId: 'sha256:1', sizeBytes: 10e6 }],
};
const plan = (next: Readonly<Record<string, string>>, before: CodeRecord | null, wrapperHash = 'w') =>
  planCode({ files: next, wrapperHash }, before);
const without = (...paths: (keyof typeof files)[]) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path as keyof typeof files)));

test('what was never made is made whole', () => {
  expect(plan(files, null)).toEqual({ kind: 'fresh' });
});

test('a change writes the files that differ: content, right to be executed, new ones', () => {
  const next = { ...files, 'experiment/a.py': '1*', 'experiment/new/e.py': '6' };
  const write = ['experiment/a.py', 'experiment/new/e.py'];
  expect(plan(next, since)).toEqual({ kind: 'change', since, write, remove: [] });
});

test('what is gone ends: a file, or the highest folder that went with it', () => {
  const remove = (next: Record<string, string>) => {
    const made = plan(next, since);
    return made.kind === 'change' ? made.remove : made.kind;
  };
  expect(remove(without('experiment/b.py'))).toEqual(['experiment/b.py']);
  expect(remove(without('experiment/lib/deep/d.py'))).toEqual(['experiment/lib/deep']);
  expect(remove(without('experiment/lib/c.py', 'experiment/lib/deep/d.py'))).toEqual(['experiment/lib']);
  expect(whiteout('experiment/lib')).toBe('experiment/.wh.lib');
});

test.each([
  ['a file became a folder', { ...without('experiment/a.py'), 'experiment/a.py/x': '7' }, since],
  ['a folder became a file', { ...without('experiment/lib/deep/d.py'), 'experiment/lib/deep': '7' }, since],
  ['most of it changed', Object.fromEntries(Object.keys(files).map((path) => [path, 'new'])), since],
  [
    'it is small',
    { ...files, 'experiment/a.py': 'x' },
    { ...since, layers: [{ diffId: '1', sizeBytes: 1e5 }] },
  ],
  [
    'there are many changes already',
    { ...files, 'experiment/a.py': 'x' },
    { ...since, layers: Array.from({ length: 11 }, () => ({ diffId: '1', sizeBytes: 1e6 })) },
  ],
])('it is made whole when %s', (_, next, before) => {
  expect(plan(next, before)).toEqual({ kind: 'fresh' });
});

test('it is made whole when the wrapper has changed', () => {
  expect(plan({ ...files, 'experiment/a.py': 'x' }, since, 'other')).toEqual({ kind: 'fresh' });
});
