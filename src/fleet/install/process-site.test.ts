import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memberOf } from '../../../tests/fixtures/fleet.js';
import { systemClock } from '../../events.js';
import { ProcessSite } from './process-site.js';
import type { MemberSetup } from './site.js';

const member = memberOf(1);
let folder: string;
let site: ProcessSite;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collab-site-'));
  const program = join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\necho "started with $*"\nexec sleep 300\n');
  chmodSync(program, 0o755);
  site = new ProcessSite(
    join(folder, 'state'),
    { member: program, natsServer: program, architecture: 'amd64', hash: 'v1' },
    systemClock,
  );
});
afterEach(async () => {
  await site.remove(member, true);
  rmSync(folder, { recursive: true, force: true });
});

const setup = (change: Partial<MemberSetup> = {}): MemberSetup => ({
  member,
  services: { member: ['--id', 'a'], nats: ['-c', 'x'] },
  files: [{ path: 'member/gossip.keys', content: 'key', mode: 0o600 }],
  mark: 'm',
  hash: 'h1',
  ...change,
});
const pids = () => {
  const text = readFileSync(join(folder, 'state', member.id, 'running.json'), 'utf8');
  const { services } = JSON.parse(text) as { services: Record<string, { pid: number }> };
  return Object.fromEntries(Object.entries(services).map(([name, { pid }]) => [name, pid]));
};
const isThere = (pid: number | undefined) => existsSync(`/proc/${pid ?? 0}`);

test('starts the programs with their files, and knows them again', async () => {
  expect((await site.look(member)).state).toBe('none');
  await site.start(setup());
  expect(await site.look(member)).toEqual({
    state: 'running',
    hash: 'h1',
    programs: 'v1',
    isOfOtherForm: false,
  });
  expect(readFileSync(join(site.folderOf(member), 'member/gossip.keys'), 'utf8')).toBe('key');
});

test('restarts only what has other arguments, and ends what is not wanted any more', async () => {
  await site.start(setup());
  const before = pids();
  await site.change(setup({ services: { member: ['--id', 'a'], nats: ['-c', 'y'] }, hash: 'h2' }));
  const between = pids();
  expect(between.member).toBe(before.member);
  expect(between.nats).not.toBe(before.nats);
  await site.change(setup({ services: { member: ['--id', 'a'] }, hash: 'h3' }));
  expect(pids()).toEqual({ member: before.member });
  expect(isThere(between.nats)).toBe(false);
});

test('a program that was killed counts as stopped, and is started again alone', async () => {
  await site.start(setup());
  const { member: killed, nats } = pids();
  process.kill(killed ?? 0, 'SIGKILL');
  await expect.poll(async () => (await site.look(member)).state).toBe('stopped');
  await site.start(setup());
  expect((await site.look(member)).state).toBe('running');
  expect(pids().nats).toBe(nats);
});

test('never ends a process that has the number of one that it started', async () => {
  await site.start(setup());
  const path = join(site.folderOf(member), 'running.json');
  const started = Object.values(pids());
  const reused = readFileSync(path, 'utf8').replace(/"start_ticks": \d+/g, '"start_ticks": 1');
  writeFileSync(path, reused);
  expect((await site.look(member)).state).toBe('stopped');
  await site.remove(member, true);
  for (const pid of started) {
    expect(isThere(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  }
});

test('a program that cannot be started is a clear error, and what was started is not forgotten', async () => {
  const programs = { member: join(folder, 'program'), natsServer: '', architecture: 'amd64', hash: 'v1' };
  const broken = new ProcessSite(
    join(folder, 'state'),
    { ...programs, member: '/no/such/program' },
    systemClock,
  );
  await expect(broken.start(setup())).rejects.toMatchObject({
    name: 'fleet-not-started',
    why: expect.stringContaining('ENOENT') as unknown,
  });
});
