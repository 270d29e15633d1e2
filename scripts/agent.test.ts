import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildAgent, buildKeeperDashboard } from './agent.mjs';

const run = promisify(execFile);
/** It is kept in the state of each member, and sent to each device. */
const mostBytes = 2_000_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the agent is one small file that runs where nothing else of collab is', async () => {
  const file = join(folder, 'agent.mjs');
  await buildAgent(file);
  expect((await stat(file)).size).toBeLessThan(mostBytes);
  const started = run(process.execPath, [file, join(folder, 'none.json')], { cwd: folder });
  await expect(started).rejects.toMatchObject({
    stdout: expect.stringContaining('the agent ends: ENOENT') as string,
  });
}, 60_000);

test('what is built like the agent runs processes and measures them', async () => {
  const file = join(folder, 'alone.mjs');
  await buildAgent(file, fileURLToPath(new URL('../tests/fixtures/alone-process.ts', import.meta.url)));
  const { stdout } = await run(process.execPath, [file, folder], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    exit: { code: 0, reason: 'exited' },
    stdout: '4\n',
    samples: true,
    holder: null,
  });
});

test('the dashboard of keepers is one file too, with the page in it', async () => {
  const file = join(folder, 'dashboard.mjs');
  await buildKeeperDashboard(file);
  expect((await stat(file)).size).toBeLessThan(3_000_000);
  expect(await readFile(file, 'utf8')).toContain('Opening the dashboard');
  const started = run(process.execPath, [file, join(folder, 'none.json')], { cwd: folder });
  await expect(started).rejects.toMatchObject({ stdout: expect.stringContaining('ENOENT') as string });
}, 60_000);
