import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { localMembers, localPid, localResult, localWords } from '../e2e/local-fleet.js';
import { TestWorkspace } from '../e2e/workspace.js';

/** What the leader does for jobs, on a fleet of four processes on this machine, through the built command: m1 leads. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const within = { timeout: 60_000, interval: 500 };

const collab = (...words: string[]) => workspace.collab(...localWords(words));
const result = <T>(...words: string[]) => localResult<T>(workspace, ...words);

interface Job {
  id: string;
  state: string;
  waits_for: string | null;
  counts: Record<string, number>;
  notice: { state: string; tries: number; reason: string | null } | null;
  task_list: { ends: { member: string; outcome: string }[] }[];
}
const show = (wanted: string) => result<Job>('job', 'show', wanted);
const submit = async (...words: string[]) => (await result<Job>('job', 'submit', 'work', ...words)).id;
const ended = (id: string) =>
  vi.waitUntil(
    async () => {
      const job = await show(id);
      return ['done', 'failed', 'cancelled'].includes(job.state) ? job : null;
    },
    { timeout: 110_000, interval: 500 },
  );

const members = () => localMembers(workspace);
const nameOf = (id: string) => members().find((one) => one.id === id)?.name ?? id;
const namesOf = (job: Job) => job.task_list.flatMap(({ ends }) => ends.map(({ member }) => nameOf(member)));

/** Answers with these in turn, the last one ever after. */
async function receiver(...statuses: number[]) {
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      answer.writeHead(statuses[Math.min(got.length, statuses.length - 1)] ?? 200).end();
      got.push({ headers: request.headers, body });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got, server };
}

beforeAll(async () => {
  mkdirSync(at('work'));
  writeFileSync(at('work/data.txt'), 'from the folder\n');
  writeFileSync(at('fleet.yaml'), 'profile: fast\njobs: { tasks_per_user: 500, running_per_user: 3 }\n');
  const up = await collab('fleet', 'up', '--members', '4', '--keepers', 'm1');
  expect(up.code, up.stderr).toBe(0);
  await vi.waitUntil(
    async () => (await result<{ workers: object[] }>('job', 'assignments')).workers.length === 4,
    within,
  );
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('a kept pool has the members that it names, and jobs run there only', async () => {
  const set = await collab('pool', 'set', 'cameras', '--member', 'm2,m3');
  expect(set.stdout, set.stderr).toContain('now m2, m3');
  const seen = await collab(
    'job',
    'submit',
    'work',
    '--name',
    'seen',
    '--pool',
    'cameras',
    '--count',
    '6',
    '--wait',
    '--',
    'true',
  );
  expect(seen.code, seen.stderr).toBe(0);
  expect(new Set(namesOf(await show('seen')))).toEqual(new Set(['m2', 'm3']));
  expect((await collab('pool', 'list')).stdout).toContain('m2 or m3');
  const arm = await collab('pool', 'set', 'other', '--arch', 'no-such', '--gpu');
  expect(arm.stdout).toContain('no worker is in it now');
  const id = await submit('--pool', 'other', '--', 'true');
  await expect.poll(async () => (await show(id)).waits_for, within).toBe('no worker is in the pool other');
  const used = await collab('pool', 'remove', 'other');
  expect(used.code).toBe(2);
  expect(used.stderr).toContain(id);
  // The job goes on when the pool has members.
  await result('pool', 'set', 'other', '--cores', '1');
  expect((await ended(id)).state).toBe('done');
  expect((await collab('pool', 'remove', 'other')).code).toBe(0);
  expect((await collab('pool', 'show', 'other')).stderr).toContain('There are cameras.');
});

it('a user has no more tasks than the fleet allows', async () => {
  const refused = await collab('job', 'submit', 'work', '--count', '501', '--', 'true');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('limit of 500');
  const id = await submit('--count', '8', '--', 'sleep', '600');
  await expect.poll(async () => (await show(id)).counts.running, within).toBe(3);
  const later = await submit('--', 'true');
  await expect.poll(async () => (await show(later)).waits_for, within).toContain('3 may at the same time');
  expect((await show(id)).counts.running).toBeLessThanOrEqual(3);
  expect((await collab('job', 'cancel', id)).code).toBe(0);
  expect((await ended(later)).state).toBe('done');
});

it('a task that failed on a device goes to another one', async () => {
  await result('job', 'submit', 'work', '--name', 'bad', '--wait', '--', 'false');
  const job = await show('bad');
  expect(new Set(namesOf(job)).size).toBe(3);
  const shown = (await collab('job', 'show', 'bad')).stdout;
  for (const name of namesOf(job)) expect(shown).toContain(name);
});

it('the end of a job is told with a signature, again until it is taken', async () => {
  const { url, got, server } = await receiver(500, 204);
  try {
    const id = await submit('--notify', url, '--', 'true');
    await expect.poll(() => got.length, within).toBe(2);
    await expect.poll(async () => (await show(id)).notice, within).toMatchObject({ state: 'told', tries: 2 });
    const key = (await collab('job', 'notify-key')).stdout.trim();
    for (const { headers, body } of got) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const secret = Buffer.from(key.replace('whsec_', ''), 'base64');
      const expected = createHmac('sha256', secret).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${expected}`);
      expect(JSON.parse(body)).toMatchObject({ type: 'job.ended', data: { id, state: 'done' } });
    }
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  } finally {
    server.close();
  }
  const bad = await collab('job', 'submit', 'work', '--notify', 'ftp://x', '--', 'true');
  expect(bad.stderr).toContain('https://');
  const { url: gone, server: closed } = await receiver(200);
  closed.close();
  const id = await submit('--notify', gone, '--', 'true');
  await expect
    .poll(async () => (await collab('job', 'show', id)).stdout, within)
    .toContain('did not tell http://127.0.0.1');
});

it('--then runs a command here when the job has ended, and its exit code is told', async () => {
  const then = 'echo "$COLLAB_JOB_STATE" >then.txt; exit 4';
  const done = await collab('job', 'submit', 'work', '--wait', '--then', then, '--', 'true');
  expect(done.code).toBe(1);
  expect(done.stderr).toContain('exit code 4');
  expect(readFileSync(at('then.txt'), 'utf8')).toBe('done\n');
  const failed = await result<{ then_code: number }>(
    'job',
    'submit',
    'work',
    '--attempts',
    '1',
    '--wait',
    '--then',
    'echo "$COLLAB_JOB_STATE" >then.txt',
    '--',
    'false',
  );
  expect(failed.then_code).toBe(0);
  expect(readFileSync(at('then.txt'), 'utf8')).toBe('failed\n');
  expect((await collab('job', 'submit', 'work', '--then', 'true', '--', 'true')).stderr).toContain('--wait');
});

it('a job that has ended is removed, with its files', async () => {
  const id = await submit('--', 'cat', 'data.txt');
  await ended(id);
  expect((await result<{ files: number }>('store', 'count', `jobs/${id}`)).files).toBeGreaterThan(1);
  const runs = await submit('--pool', 'nobody', '--', 'true');
  expect((await collab('job', 'remove', runs, '--yes')).stderr).toContain('has not ended');
  await result('job', 'cancel', runs);
  expect((await collab('job', 'remove', id, '--yes')).stdout).toContain('is removed');
  expect((await collab('job', 'show', id)).stderr).toContain('here is no job');
  const counted = async () => (await result<{ files: number }>('store', 'count', `jobs/${id}`)).files;
  await expect.poll(counted, within).toBe(0);
  expect((await collab('job', 'list')).stdout).not.toContain(id);
});

it('a task that kills its devices ends as failed, names them, and others go on', async () => {
  const victims = ['m2', 'm3', 'm4'];
  await result('pool', 'set', 'victims', '--member', victims.join(','));
  // A task runs below the folder of its member.
  const kills = members()
    .filter(({ name }) => victims.includes(name))
    .map(({ id, name }) => `case "$PWD" in *${id}*) kill -9 ${localPid(workspace, name, 'agent')};; esac`);
  const script = `${kills.join('; ')}; sleep 5`;
  const id = await submit('--name', 'poison', '--pool', 'victims', '--', 'sh', '-c', script);
  const job = await ended(id);
  expect(job.state).toBe('failed');
  expect(job.task_list[0]?.ends.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'lost']);
  expect(namesOf(job).sort()).toEqual(victims);
  expect((await collab('job', 'show', id)).stdout).toContain(namesOf(job).join(', '));
  expect((await collab('job', 'submit', 'work', '--wait', '--', 'cat', 'data.txt')).stdout).toBe(
    'from the folder\n',
  );
}, 150_000);
