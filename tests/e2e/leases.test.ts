import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, inject, it } from 'vitest';
import { leaseFolder, leaseScript } from '../../src/network/leases/ask-lease.js';
import { labName } from './lab-setup.js';
import { patientRun } from './patient-run.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const me = `${userInfo().username} on ${hostname()}`;
const containers = ['edge1', 'edge2'].map((name) => `collab-${labName}-${name}`);
const clean = 'docker ps -aq --filter label=collab.run | xargs -r docker rm -f';

afterEach(async () => {
  for (const container of containers) await program('docker', 'exec', container, 'sh', '-c', clean);
  await workspace.collab('device', 'unlock', 'edge1', 'edge2', '--kick');
});

it('a second run reports who holds the device; a kick ends the first with code 5 and frees its devices', async () => {
  const first = await patientRun(workspace);
  const second = await workspace.collab('run', 'faulty', '--set', 'how=fine');
  expect(second.code, second.stderr).toBe(5);
  expect(second.stderr).toContain(`error: edge1 has been held by ${me} since`);
  const runFolder = workspace.newestRun('patient');
  const runId = runFolder.split('/').at(-1) ?? '';
  expect(second.stderr).toContain(`Run ${runId} uses it`);
  expect(second.stderr).toContain('collab device unlock edge1 --kick');

  const plain = await workspace.collab('device', 'unlock', 'edge1');
  expect(plain.code, plain.stderr).toBe(5);
  const kick = await workspace.collab('device', 'unlock', 'edge1', '--kick', '--reason', 'a deadline');
  expect(kick.code, kick.stderr).toBe(0);
  expect(kick.stdout).toContain(`edge1: taken from ${me}; run ${runId}`);

  expect(await first.ended).toBe(5);
  expect(first.said()).toContain(`error: ${me} took edge1 away from this run`);
  expect(first.said()).toContain('Reason: a deadline.');
  const record = JSON.parse(readFileSync(join(runFolder, 'run.json'), 'utf8')) as object;
  expect(record).toMatchObject({ state: 'failed', failure: { name: 'lease-lost' } });
  const journal = readFileSync(join(runFolder, 'events.jsonl'), 'utf8');
  for (const kind of ['lease.taken', 'lease.lost', 'lease.released']) expect(journal).toContain(`"${kind}"`);
  for (const container of containers) {
    const left = await program(
      'docker',
      'exec',
      container,
      'docker',
      'ps',
      '-q',
      '--filter',
      'label=collab.run',
    );
    expect(left.stdout).toBe('');
  }
  const lock = await workspace.collab('device', 'lock', 'edge1', 'edge2', '--for', '1m');
  expect(lock.code, lock.stderr).toBe(0);
}, 200_000);

it("another login's lock blocks a run; one's own lock does not, and remains after the run", async () => {
  const byRoot = (...args: string[]) =>
    execFileSync('docker', ['exec', '-i', containers[0] ?? '', 'sh', '-s', ...args], {
      input: leaseScript,
      encoding: 'utf8',
    });
  byRoot('take', leaseFolder, 'abc', '600', 'bob', 'pc2', '', 'measuring');
  const refused = await workspace.collab('run', 'faulty', '--set', 'how=fine');
  expect(refused.code).toBe(5);
  expect(refused.stderr).toMatch(
    /edge1 has been held by bob on pc2 since .*\n.*locked manually until .*: measuring\./,
  );
  const pushed = await workspace.collab('images', 'push', 'faulty', '--only', 'edge1');
  expect([pushed.code, pushed.stderr.includes('edge1 has been held by bob on pc2')]).toEqual([5, true]);
  expect(pushed.stderr).not.toContain('sending');
  byRoot('release', leaseFolder, 'abc', '0', 'bob', 'pc2', '', '');

  const locked = await workspace.collab('device', 'lock', 'edge1', '--for', '10m', '--json');
  expect(JSON.parse(locked.stdout)).toMatchObject({ kind: 'result', devices: [{ device: 'edge1' }] });
  const ran = await workspace.collab('run', 'faulty', '--set', 'how=fine');
  expect(ran.code, ran.stderr).toBe(0);
  expect(byRoot('show', leaseFolder, 'x', '0', '', '', '', '')).toMatch(/answer=busy\nwho=(?!bob)/);
  const unlocked = await workspace.collab('device', 'unlock', 'edge1', 'edge2');
  expect(unlocked.stdout).toBe('edge1: unlocked\nedge2: was not locked\n');
}, 200_000);

it('an invalid time and an unknown device are usage errors', async () => {
  expect((await workspace.collab('device', 'lock', 'edge1', '--for', 'long')).code).toBe(2);
  expect((await workspace.collab('device', 'lock', 'edge1', '--for', '400h')).code).toBe(2);
  expect((await workspace.collab('device', 'lock', 'nano9')).code).toBe(2);
});
