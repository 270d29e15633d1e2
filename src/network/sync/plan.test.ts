import { expect, test } from 'vitest';
import type { CollabError } from '../../errors.js';
import { filesToCompare, planSync } from './plan.js';
import type { TreeEntry } from './tree.js';

const file = (path: string, changed: Partial<TreeEntry> = {}): TreeEntry => ({
  path,
  kind: 'file',
  mode: 0o644,
  sizeBytes: 3,
  modifiedAt: '100.000000001',
  target: null,
  ...changed,
});
const folder = (path: string, mode = 0o755) =>
  file(path, { kind: 'folder', mode, sizeBytes: 0, modifiedAt: '1.000000000' });
const link = (path: string, target: string) => file(path, { kind: 'link', target, sizeBytes: 0 });
const none = new Set<string>();
const stepsOf = (local: TreeEntry[], remote: TreeEntry[], remove = false, same: ReadonlySet<string> = none) =>
  planSync(local, remote, same, { remove }).steps.map((step) => `${step.kind} ${step.path}`);

test('a file with the same size and time is up to date; with another time, its content decides', () => {
  const local = [file('same'), file('touched'), file('edited'), file('grown'), file('new')];
  const older = { modifiedAt: '99.000000000' };
  const remote = [
    file('same'),
    file('touched', older),
    file('edited', older),
    file('grown', { sizeBytes: 2 }),
  ];
  expect(filesToCompare(local, remote)).toEqual(['touched', 'edited']);
  const plan = planSync(local, remote, new Set(['touched']), { remove: false });
  expect(plan.steps.map((step) => `${step.kind} ${step.path}`)).toEqual([
    'attributes touched',
    'file edited',
    'file grown',
    'file new',
  ]);
  expect(plan).toMatchObject({ totalBytes: 9, unchanged: 2 });
});

test('a time without a fraction requires a comparison, as a file may change twice in a second', () => {
  expect(filesToCompare([file('a')], [file('a', { modifiedAt: '100' })])).toEqual(['a']);
  expect(stepsOf([file('a')], [file('a', { modifiedAt: '100' })])).toEqual(['file a']);
  expect(stepsOf([file('a')], [file('a', { modifiedAt: '100' })], false, new Set(['a']))).toEqual([]);
});

test('modes of files and folders, and targets of links', () => {
  const local = [folder('f', 0o700), file('f/a', { mode: 0o755 }), link('l', 'f'), link('m', 'f/a')];
  const remote = [folder('f'), file('f/a'), link('l', 'f'), link('m', 'elsewhere')];
  expect(stepsOf(local, remote)).toEqual(['attributes f', 'attributes f/a', 'link m']);
});

test('removals only on request, children first, except for excluded names', () => {
  const remote = [
    folder('old'),
    file('old/a'),
    folder('keep'),
    file('keep/a'),
    folder('keep/.git'),
    folder('node_modules'),
    file('bad\ufffdname'),
  ];
  expect(stepsOf([], remote)).toEqual([]);
  expect(stepsOf([], remote, true)).toEqual(['remove old/a', 'remove old', 'remove keep/a']);
});

test('what is in the way is removed first, and only on request', () => {
  const local = [file('a'), folder('b'), file('b/x')];
  const remote = [folder('a'), file('a/deep'), link('b', '/etc'), file('gone')];
  expect(() => stepsOf(local, remote)).toThrow(/a, b are of another kind/);
  expect(stepsOf(local, remote, true)).toEqual([
    'remove b',
    'remove a/deep',
    'remove a',
    'file a',
    'folder b',
    'file b/x',
    'remove gone',
  ]);
});

test('a folder in the way with a .git folder is not removed', () => {
  const attempt = () => stepsOf([file('a')], [folder('a'), folder('a/.git')], true);
  expect(attempt).toThrow(expect.objectContaining({ name: 'sync-in-the-way' }) as CollabError);
});
