import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localPid } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** A fleet of three processes on this machine, through the built command. */
const workspace = TestWorkspace.make();
const guest = TestWorkspace.make();
const within = { timeout: 30_000, interval: 300 };

interface Listed {
  name: string;
  state: string;
  keeper: boolean;
  address: string;
}

const members = async (at = workspace) =>
  (await at.result<{ members: Listed[] }>('fleet', 'members', '--local')).members;
const states = async () => (await members()).map(({ name, state }) => `${name} ${state}`).join(', ');
const info = (name: string) =>
  workspace.result<{ gossip_keys: string[]; uptime_s: number; phase: string }>(
    'fleet',
    'info',
    name,
    '--local',
  );
const allAlive = 'm1 alive, m2 alive, m3 alive';

/** `gone`, or the state of a process; Z has ended, and waits for its parent. */
function stateOf(pid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 'gone';
  } catch {
    return 'gone';
  }
}

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  expect(up.stdout).toContain('3 of 3 members of the fleet local found the others');
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('every member is alive, and holds files with two others', async () => {
  await expect.poll(states, within).toBe(allAlive);
  expect((await members()).every(({ keeper }) => keeper)).toBe(true);
  const status = await workspace.collab('fleet', 'status', '--local');
  expect(status.stdout).toContain('Files and jobs: m1, m2, m3 (3 replicas)');
  expect(status.stdout).not.toContain('no broker');
});

it('up again changes nothing', async () => {
  const before = await info('m1');
  const { acts } = await workspace.result<{ acts: { act: string }[] }>('fleet', 'up', '--local');
  expect(acts.map(({ act }) => act)).toEqual(['keep', 'keep', 'keep']);
  expect((await info('m1')).uptime_s).toBeGreaterThanOrEqual(before.uptime_s);
});

it('a killed member is found to have failed, and up starts it again', async () => {
  process.kill(localPid(workspace, 'm3', 'member'), 'SIGKILL');
  await expect.poll(states, within).toBe('m1 alive, m2 alive, m3 failed');
  const up = await workspace.result<{ acts: { member: string; act: string }[] }>('fleet', 'up', '--local');
  expect(up.acts.filter(({ act }) => act !== 'keep')).toMatchObject([{ member: 'm3', act: 'start' }]);
  await expect.poll(states, within).toBe(allAlive);
});

it('a member that leaves is seen as left, stays away, and comes back through another one', async () => {
  await workspace.result('fleet', 'leave', 'm2', '--local');
  await expect.poll(states, within).toBe('m1 alive, m2 left, m3 alive');
  const through = (await members()).find(({ name }) => name === 'm1')?.address ?? '';
  const joined = await workspace.result<{ joined: number }>(
    'fleet',
    'join',
    through,
    '--member',
    'm2',
    '--local',
  );
  expect(joined.joined).toBe(1);
  await expect.poll(states, within).toBe(allAlive);
});

it('the gossip key changes without a member being seen to fail', async () => {
  const before = await info('m1');
  await workspace.result('fleet', 'rotate', '--local');
  const after = await info('m1');
  expect(after.gossip_keys).toHaveLength(1);
  expect(after.gossip_keys).not.toEqual(before.gossip_keys);
  expect(after.uptime_s).toBeGreaterThan(before.uptime_s);
  expect(await states()).toBe(allAlive);
});

it('another person reads from another workspace, changes nothing, and is locked out at once', async () => {
  const file = join(guest.folder, 'ann.fleet.json');
  await workspace.result('fleet', 'user', 'add', 'ann', '--out', file, '--local');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await guest.result('fleet', 'user', 'use', file);
  expect(await members(guest)).toHaveLength(3);
  const leave = await guest.collab('fleet', 'leave', 'm1', '--local');
  expect(leave.code).toBe(4);
  expect(leave.stderr).toContain('admin');
  expect((await guest.collab('fleet', 'rotate', '--local')).stderr).toContain('belongs to somebody else');
  const taken = await workspace.collab('fleet', 'user', 'remove', 'ann', '--yes', '--local');
  expect(taken.stdout).toContain('ann is locked out of 3 of 3 members');
  const refused = await guest.collab('fleet', 'members', '--local');
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('does not know this token');
  const last = await workspace.collab('fleet', 'user', 'remove', 'nobody', '--yes', '--local');
  expect(last).toMatchObject({ code: 2 });
});

it('a profile changes how soon a failure is found, and only what differs', async () => {
  const nats = localPid(workspace, 'm1', 'nats');
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'lan');
  expect(up.stderr).toContain('m1: changing');
  const { settings } = await workspace.result<{ settings: { ping_every_ms: number } }>(
    'fleet',
    'info',
    'm1',
    '--local',
  );
  expect(settings.ping_every_ms).toBe(1000);
  expect(localPid(workspace, 'm1', 'nats')).toBe(nats);
});

it('answers questions from a pipe', async () => {
  const { code, stdout } = await workspace.collabFrom(
    'list\nself\nnonsense\n',
    'fleet',
    'console',
    '--local',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^m3 +alive/m);
  expect(stdout).toMatch(/^[0-9a-f]{20}$/m);
  expect(stdout).toContain('There is no command "nonsense".');
});

it('comes back from a backup with the same keys', async () => {
  const secret = join(workspace.folder, 'secret');
  writeFileSync(secret, 'a long enough passphrase\n', { mode: 0o600 });
  const file = join(workspace.folder, 'fleet.backup');
  await workspace.result('fleet', 'backup', file, '--passphrase-file', secret, '--local');
  expect(readFileSync(file).includes('BEGIN')).toBe(false);
  const exists = await workspace.collab('fleet', 'restore', file, '--passphrase-file', secret);
  expect(exists).toMatchObject({ code: 2 });
  await workspace.result('fleet', 'restore', file, '--passphrase-file', secret, '--replace');
  const { acts } = await workspace.result<{ acts: { act: string }[] }>('fleet', 'up', '--local');
  expect(acts.map(({ act }) => act)).not.toContain('replace');
  await expect.poll(states, within).toBe(allAlive);
});

it('down ends every program, and with --purge nothing is left', async () => {
  const pids = (['m1', 'm2', 'm3'] as const).map((name) => localPid(workspace, name, 'member'));
  const down = await workspace.collab('fleet', 'down', '--local', '--purge');
  expect(down.stdout).toContain('3 members have ended');
  for (const pid of pids) expect(stateOf(pid)).toMatch(/^(gone|Z)$/);
  expect(readdirSync(join(workspace.folder, '.collab/fleets'))).toEqual([]);
  const none = await workspace.collab('fleet', 'status', '--local');
  expect(none).toMatchObject({ code: 2 });
  expect(none.stderr).toContain('collab fleet up');
});
