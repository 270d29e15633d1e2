import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { onTerminal } from './on-terminal.js';
import { patientRun } from './patient-run.js';
import { program, TestWorkspace } from './workspace.js';

const lab = new TestWorkspace(inject('labWorkspace'));
const own = TestWorkspace.make();
const long = ['run', 'faulty', '--local', '--set', 'how=long'];
const recordOf = (run: string) =>
  JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { state: string; failure?: { what: string } };
const inDevice = (name: string, ...command: string[]) =>
  program('docker', 'exec', `collab-${labName}-${name}`, ...command);

/** What was left in the home by runs whose controller was killed. */
afterAll(() => {
  for (const run of own.runs('faulty'))
    rmSync(join(homedir(), '.collab/runs', basename(run)), { recursive: true, force: true });
});

/** Starts a run on this machine, and waits until its worker is at work. */
async function atWork() {
  const run = own.start(...long);
  let said = '';
  run.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  run.stdout?.resume();
  const ended = new Promise<number | null>((resolve) => run.once('exit', resolve));
  await expect.poll(() => said, { timeout: 30_000 }).toContain('watcher-0 ready');
  return { run, ended, folder: own.newestRun('faulty'), said: () => said };
}

it('SIGHUP, as of a closed terminal, ends a run on devices in order and frees them', async () => {
  const { run, ended, said } = await patientRun(lab);
  run.kill('SIGHUP');
  run.kill('SIGHUP');
  expect(await ended).toBe(130);
  expect(said()).toContain('Stopping, because the terminal was closed (SIGHUP).');
  const folder = lab.newestRun('patient');
  expect(recordOf(folder)).toMatchObject({
    state: 'interrupted',
    failure: { what: 'The terminal was closed (SIGHUP).' },
  });
  for (const worker of ['worker-0', 'worker-1'])
    expect(existsSync(join(folder, 'trials/1', worker, 'exit.json')), worker).toBe(true);
  expect(readFileSync(join(folder, 'events.jsonl'), 'utf8')).toContain('"lease.released"');
  for (const device of ['edge1', 'edge2']) {
    expect((await inDevice(device, 'docker', 'ps', '-aq', '--filter', 'label=collab.run')).stdout).toBe('');
    expect((await inDevice(device, 'cat', '/home/collab/.collab/.gitignore')).stdout).toBe('*\n');
  }
  const { stdout } = await lab.collab('device', 'check', '--json');
  expect(stdout).not.toContain(basename(folder));
}, 200_000);

it('the next run ends the leases of an abandoned one, and stops what it left on the devices', async () => {
  const { run, ended } = await patientRun(lab);
  run.kill('SIGKILL');
  await ended;
  const left = basename(lab.newestRun('patient'));
  const next = await lab.collab('run', 'faulty', '--set', 'how=fine');
  expect(next.code, next.stderr).toBe(0);
  for (const device of ['edge1', 'edge2']) {
    expect(next.stderr).toContain(`note: ${device} was still held by the abandoned run ${left}.`);
    const containers = await inDevice(device, 'docker', 'ps', '-aq', '--filter', `label=collab.run=${left}`);
    expect(containers.stdout).toBe('');
    expect((await inDevice(device, 'rm', '-rf', `/home/collab/.collab/runs/${left}`)).code).toBe(0);
  }
}, 200_000);

it('a terminal that closes ends the run in it, and a question that waits there', async () => {
  const closing = await onTerminal(own, [{ wait: 'watcher-0 ready', hangup: true }], ...long);
  expect(closing.code).toBe(130);
  expect(recordOf(own.newestRun('faulty'))).toMatchObject({
    state: 'interrupted',
    failure: { what: 'The terminal was closed (SIGHUP).' },
  });
  const asked = await onTerminal(lab, [{ wait: 'Remove LAN lab', hangup: true }], 'lan', 'remove', 'lab');
  expect(asked.code).toBe(130);
  expect((await lab.collab('lan', 'show')).code).toBe(0);
}, 60_000);

it('a run whose controller was killed is abandoned: runs, show, watch and reports say since when', async () => {
  const { run, ended, folder } = await atWork();
  const listed = async () => {
    const { stdout } = await own.collab('runs', '--json');
    const { runs } = JSON.parse(stdout) as {
      runs: { run_id: string; state: string; abandoned_at: string }[];
    };
    return runs.find(({ run_id: id }) => id === basename(folder));
  };
  expect(await listed()).toMatchObject({ state: 'running', abandoned_at: null, unchecked: null });
  const watching = own.collab('watch', basename(folder), '--json');
  run.kill('SIGKILL');
  const killedMs = Date.now();
  await ended;
  const last = JSON.parse((await watching).stdout.trim().split('\n').at(-1) ?? '') as object;
  expect(last).toMatchObject({ kind: 'result', state: 'abandoned' });
  const abandoned = await listed();
  expect(abandoned).toMatchObject({ state: 'abandoned', validity: { verdict: 'DOUBTFUL' } });
  const sinceMs = Date.parse(abandoned?.abandoned_at ?? '');
  expect(sinceMs).toBeLessThanOrEqual(killedMs);
  expect(sinceMs).toBeGreaterThan(killedMs - 60_000);
  const since = /abandoned since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/;
  const table = await own.collab('runs');
  expect(table.stdout).toMatch(/faulty +abandoned /);
  expect(table.stderr).toMatch(since);
  expect((await own.collab('show', basename(folder))).stdout).toMatch(since);
  const report = await own.collab('report', basename(folder), '--format', 'json', '--output', 'abandoned');
  expect(report.stderr).toContain('note: The run was abandoned: it was last written at');
}, 60_000);

it('Ctrl-C in watch ends the watching, says so, and leaves the run alone', async () => {
  const { run, ended } = await atWork();
  const watching = own.start('watch');
  let said = '';
  watching.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  watching.stdout?.resume();
  const code = new Promise((resolve) => watching.once('exit', resolve));
  await expect.poll(() => said, { timeout: 30_000 }).toContain('watcher-0 ready');
  watching.kill('SIGINT');
  expect(await code).toBe(130);
  expect(said).toMatch(/error: The run \S+ goes on; only watching it has ended\./);
  expect(said).toMatch(/next: {2}Watch it again: collab watch /);
  run.kill('SIGTERM');
  expect(await ended).toBe(130);
}, 60_000);
