import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  AskedLeader,
  folderWith,
  id,
  jobOf,
  member,
  quiet,
  taskOf,
} from '../../../tests/fixtures/asked-leader.js';
import { readSettledRun } from '../../logs/index.js';
import { jsonOf } from '../../workspace/index.js';
import { putPath } from '../files/index.js';
import type { JobStatus, TaskStatus } from './questions.js';
import { writeJobRun } from './write-job-run.js';

const place = { fleet: 'lab', lan: null, nameOf: (one: string) => (one === member ? 'nano1' : one) };
let leader: AskedLeader;
let folder: string;
let job: JobStatus;
let tasks: TaskStatus[];

beforeEach(async () => {
  leader = await AskedLeader.make();
  folder = await mkdtemp(join(tmpdir(), 'collab-output-'));
  job = jobOf({ tasks: 2, state: 'running' });
  tasks = [taskOf(0), taskOf(1, { state: 'queued', ends: [] })];
  leader.answer = ({ kind }) =>
    kind === 'tasks' ? { kind: 'tasks', tasks, total: tasks.length } : { kind: 'job', job };
  await leader.putLog('1', 'first\n');
});

const got = () => leader.jobs.output(id, () => folder, quiet);
const write = async () => writeJobRun(await got(), place, leader.clock);
const read = (name: string) => readFile(join(folder, name), 'utf8');
const record = async () =>
  JSON.parse(await read('run.json')) as { state: string; trials: { state: string }[] };

test('output gives the folder the form of a run, and a later one what is new', async () => {
  await write();
  expect(await record()).toMatchObject({ run_id: id, state: 'running', ended_at: null });
  expect((await record()).trials.map(({ state }) => state)).toEqual(['complete', 'pending']);
  expect(await read('trials/1/task-0/stdout.log')).toBe('first\n');

  await leader.putLog('2', 'second\n');
  job = jobOf({ tasks: 2, state: 'done', ended_at: '2026-11-21T12:53:09.000Z' });
  tasks = [taskOf(0), taskOf(1)];
  await write();
  expect(await record()).toMatchObject({ state: 'complete', ended_at: '2026-11-21T12:53:09.000Z' });
  expect((await read('events.jsonl')).match(/"kind":"run.started"/g)).toHaveLength(1);
});

test('run.json is what the journal gives, to the byte', async () => {
  await write();
  const text = await read('run.json');
  await rm(join(folder, 'run.json'));
  expect(`${jsonOf(await readSettledRun(folder), 2)}\n`).toBe(text);
});

test('what was interrupted before the record was written is completed', async () => {
  await write();
  await rm(join(folder, 'run.json'));
  await write();
  expect(await record()).toMatchObject({ run_id: id });
});

test('the order of a task says how tasks ran, and how often they were sampled', async () => {
  const order = {
    run_id: id,
    trial: 1,
    repeat: 0,
    role: 'task',
    rank: 0,
    count: 1,
    command: ['true'],
    directory: '/work',
    sampling_s: 0.5,
    cgroup: 'own',
  };
  const local = join(await folderWith({ 'role.json': JSON.stringify(order) }), 'role.json');
  const name = `jobs/${id}/trials/1/task-0/role.json`;
  await putPath(leader.store.files, { local, name }, { clock: leader.clock, ...quiet });
  await write();
  expect(await record()).toMatchObject({ runtime: 'docker', experiment: { definition: { samplingS: 0.5 } } });
});

test('jobs that were submitted with the same files have the same content, whatever they left', async () => {
  const put = async (text: string) => {
    const local = await folderWith({ 'run.sh': text, 'deep/data.txt': '1\n' });
    await putPath(leader.store.files, { local, name: `jobs/${id}/files` }, { clock: leader.clock, ...quiet });
    return (await got()).contentId;
  };
  expect((await got()).contentId).toBe('');
  const first = await put('true\n');
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  await leader.putLog('2', 'more\n');
  expect((await got()).contentId).toBe(first);
  expect(await put('false\n')).not.toBe(first);
});

test.each<[string, string, RegExp]>([
  ['a run of somebody', JSON.stringify({ run_id: 'other' }), /has a run\.json/],
  ['a file of that name', 'mine', /has a run\.json/],
])('a folder with %s is left alone', async (_, text, why) => {
  await writeFile(join(folder, 'run.json'), text);
  await expect(got()).rejects.toMatchObject({
    name: 'job-other-run',
    why: expect.stringMatching(why) as string,
  });
  expect(await read('run.json')).toBe(text);
});

test('two members that have had one name are two devices', async () => {
  const other = 'fedcba9876543210fedc';
  tasks = [taskOf(0), taskOf(1, { ends: tasks[0]?.ends.map((end) => ({ ...end, member: other })) ?? [] })];
  await writeJobRun(await got(), { ...place, nameOf: () => 'nano1' }, leader.clock);
  expect(await record()).toMatchObject({ devices: [{ name: 'nano1' }, { name: `nano1 (${other})` }] });
});
