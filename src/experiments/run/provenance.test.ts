import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { gitState, newRunId, versionsHere } from './provenance.js';

const exec = promisify(execFile);

test('run ids sort by time and differ for two runs in the same second', () => {
  const now = new Date('2026-11-21T12:53:01.999Z');
  expect(newRunId(now, () => 0.632)).toBe('20261121-125301-a1ca');
  expect(newRunId(now, () => 0)).toBe('20261121-125301-0000');
  expect(newRunId(now, () => 0.9999999)).toBe('20261121-125301-ffff');
});

test('records the versions of what ran', () => {
  expect(versionsHere()).toEqual({
    collab: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    node: process.versions.node,
  });
});

test('records the commit of a git checkout and whether it has uncommitted changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'git-'));
  const git = (...args: string[]) =>
    exec('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder });
  expect(await gitState(folder)).toBeNull();
  await git('init', '-q');
  expect(await gitState(folder)).toBeNull();
  await git('commit', '-q', '--allow-empty', '-m', 'one');
  const { stdout } = await git('rev-parse', 'HEAD');
  expect(await gitState(folder)).toEqual({ commit: stdout.trim(), dirty: false });
  await writeFile(join(folder, 'new'), '');
  expect(await gitState(folder)).toMatchObject({ dirty: true });
});
