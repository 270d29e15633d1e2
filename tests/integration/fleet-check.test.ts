import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkReport } from '../../src/index.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Those that take a few seconds; docs/faults.md has all of them. */
const fast = ['view', 'leave', 'stranger', 'access'];
let folder: string;

function collab(...args: string[]): Promise<{ code: unknown; stdout: string; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, 'fleet', ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, said: `${stderr}${stdout}` });
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-check-'));
  await mkdir(join(folder, 'TestCases'));
  const { code, said } = await collab('up', '--local');
  expect(code, said).toBe(0);
});

afterAll(async () => {
  await collab('down', '--local', '--purge', '--yes');
  await rm(folder, { recursive: true, force: true });
});

it('drills a fleet on this machine, puts it back, and writes what it found', async () => {
  const before = JSON.parse((await collab('members', '--local', '--json')).stdout) as {
    members: { id: string }[];
  };
  const words = ['check', '--local', '--drill', fast.join(','), '--out', 'results.json', '--yes'];
  const { code, stdout, said } = await collab(...words);
  expect(code, said).toBe(0);
  for (const drill of fast) expect(stdout).toMatch(new RegExp(`^${drill} +passed`, 'm'));
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  const text = await readFile(join(folder, 'results.json'), 'utf8');
  const report = checkReport.parse(JSON.parse(text));
  expect(report).toMatchObject({ complete: true, fleet: { kind: 'local', members: 3 } });
  expect(report.drills.map(({ drill, state }) => [drill, state])).toEqual(
    fast.map((drill) => [drill, 'passed']),
  );
  expect(text).not.toMatch(/127\.0\.0\.1|m1\b/);
  const { members } = JSON.parse((await collab('members', '--local', '--json')).stdout) as typeof before & {
    members: { state: string }[];
  };
  expect(members).toEqual(
    before.members.map(({ id }) => expect.objectContaining({ id, state: 'alive' }) as unknown),
  );
  const users = await collab('user', 'list', '--local');
  expect(users.said).not.toContain('check-');
});

it('refuses a drill that it does not have, and asks before it disturbs', async () => {
  expect((await collab('check', '--local', '--drill', 'fire')).said).toContain('There is no drill "fire".');
  expect((await collab('check', '--local', '--drill', 'kill')).said).toContain('Pass --yes');
});
