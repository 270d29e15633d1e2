import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, inject, it } from 'vitest';
import { TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;
let file: string;

beforeEach(() => {
  workspace = TestWorkspace.make();
  const from = join(inject('labWorkspace'), '.collab');
  const to = join(workspace.folder, '.collab');
  mkdirSync(join(to, 'lans'), { recursive: true, mode: 0o700 });
  for (const name of ['lan', 'lans/lab.json']) cpSync(join(from, name), join(to, name));
  file = join(to, 'lans/lab.json');
});

it('reports a truncated LAN file and does not change it', async () => {
  const { size } = statSync(file);
  truncateSync(file, Math.floor(size / 2));
  const cut = readFileSync(file, 'utf8');
  for (const command of [
    ['device', 'list'],
    ['device', 'check'],
    ['run', 'hello'],
    ['setup', '--device', 'pi@127.0.0.1:1', '--lan', 'lab', '--yes'],
  ]) {
    const { code, stderr } = await workspace.collab(...command);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(`error: The LAN file ${file} cannot be used.`);
    expect(stderr).toMatch(/JSON/);
    expect(stderr).toContain(
      'next:  Restore it from a backup, or set it up again: collab lan remove lab --yes',
    );
    expect(stderr).not.toMatch(/^ +at /m);
  }
  expect(readFileSync(file, 'utf8')).toBe(cut);
  expect((await workspace.collab('lan', 'list')).stdout).toContain('cannot be used');
  expect((await workspace.collab('lan', 'remove', 'lab', '--yes')).code).toBe(0);
});

it('removes permissions of other users and reports it', async () => {
  chmodSync(file, 0o644);
  chmodSync(join(workspace.folder, '.collab'), 0o755);
  const first = await workspace.collab('device', 'list');
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toContain(`note: ${file} could be used by others (mode 0644); only you can now`);
  expect(first.stderr).toContain('.collab could be used by others (mode 0755); only you can now');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await workspace.collab('device', 'list')).stderr).toBe('');
});
