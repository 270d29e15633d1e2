import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { localPid, localResult, localWords } from '../local-fleet.js';
import { TestWorkspace } from '../workspace.js';

/** Jobs on a fleet of three processes on this machine, through the built command. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const job = (...words: string[]) => workspace.collab(...localWords(['job', ...words]));
const result = <T>(...words: string[]) => localResult<T>(workspace, 'job', ...words);

interface End {
  attempt: number;
  member: string;
  outcome: string;
  last_lines: string;
  assigned_at: string;
  started_at?: string;
  ended_at: string;
}
interface Task {
  task: number;
  state: string;
  parameters: Record<string, unknown>;
  ends: End[];
}
interface Job {
  id: string;
  state: string;
  tasks: number;
  counts: Record<string, number>;
  waits_for: string | null;
  task_list: Task[];
}
const show = (wanted: string) => result<Job>('show', wanted);
const submit = async (...words: string[]) => (await result<Job>('submit', ...words)).id;
const stateOf = async (wanted: string) => (await show(wanted)).state;
const within = { timeout: 60_000, interval: 500 };

async function leader(): Promise<string> {
  const status = await workspace.result<{ store: { leader: string | null } }>('fleet', 'status', '--local');
  return status.store.leader ?? '';
}

/** Folders that hold what a test wrote into them. */
function folderWith(name: string, files: Record<string, string>): string {
  mkdirSync(at(name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(at(name, file), text);
  return name;
}

/** Ends the agents, waits for the job, starts them again. @returns the job as it has ended */
async function throughKill(id: string, members: readonly string[]): Promise<Job> {
  for (const name of members) process.kill(localPid(workspace, name, 'agent'), 'SIGKILL');
  await expect.poll(() => stateOf(id), { timeout: 110_000, interval: 1000 }).toMatch(/done|failed/);
  await workspace.result('fleet', 'up', '--local');
  return show(id);
}

const onceDone = ({ task_list: tasks }: Job) =>
  tasks.map(({ ends }) => ends.filter(({ outcome }) => outcome === 'done').length);

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  folderWith('work', { 'data.txt': 'from the folder\n' });
  await vi.waitUntil(
    async () => (await result<{ workers: object[] }>('assignments')).workers.length === 3,
    within,
  );
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('submit --wait gives the standard output of the task back', async () => {
  const { code, stdout, stderr } = await job('submit', 'work', '--wait', '--', 'cat', 'data.txt');
  expect(code, stderr).toBe(0);
  expect(stdout).toBe('from the folder\n');
  expect(stderr).toContain('work is done: 1 done');
});

it('twelve tasks run on three workers, and each leaves its output', async () => {
  const ended = await job(
    'submit',
    'work',
    '--name',
    'many',
    '--count',
    '12',
    '--wait',
    '--',
    'sh',
    '-c',
    'sleep 1; echo {task}',
  );
  expect(ended.code, ended.stderr).toBe(0);
  const { id, counts, task_list: tasks } = await show('many');
  expect(counts).toMatchObject({ done: 12, failed: 0 });
  expect(new Set(tasks.flatMap(({ ends }) => ends.map(({ member }) => member))).size).toBe(3);
  // Some waited on their worker, ready to begin, for most of the second that the one before took.
  const waitedMs = tasks.flatMap(({ ends }) =>
    ends.map(({ assigned_at, started_at = '' }) => Date.parse(started_at) - Date.parse(assigned_at)),
  );
  expect(waitedMs.filter((ms) => ms > 300).length).toBeGreaterThan(0);
  const logs = await job('logs', 'many');
  expect(logs.stdout).toBe(tasks.map(({ task }) => `--- task ${task}, done ---\n${task}\n`).join(''));
  expect((await job('logs', 'many', '--task', '7')).stdout).toBe('7\n');
  expect((await job('output', 'many')).code).toBe(0);
  const trials = at('Logs/jobs', id, 'trials');
  expect(readdirSync(trials)).toHaveLength(12);
  expect(readFileSync(join(trials, '12/task-0/stdout.log'), 'utf8')).toBe('11\n');
  for (const { task, ends } of tasks) {
    const exit = readFileSync(join(trials, `${task + 1}/task-0/exit.json`), 'utf8');
    const { totals } = JSON.parse(exit) as { totals: { wall_s: { value: number } } };
    const [{ started_at = '', ended_at } = { ended_at: '' }] = ends;
    expect(totals.wall_s.value).toBeGreaterThanOrEqual(1);
    expect(totals.wall_s.value).toBeLessThanOrEqual((Date.parse(ended_at) - Date.parse(started_at)) / 1000);
  }
});

it('parameters are sets, rows of a CSV file, or in job.yaml', async () => {
  const echo = ['--', 'echo', '{a}', '{b}'];
  await result('submit', 'work', '--name', 'sets', '--set', 'a=1,2', '--set', 'b=x', '--wait', ...echo);
  expect((await show('sets')).task_list.map(({ parameters }) => parameters)).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: 'x' },
  ]);
  writeFileSync(at('rows.csv'), 'a,b\n1,"x, y"\n007,z\n');
  await result('submit', 'work', '--name', 'rows', '--each', 'rows.csv', '--wait', ...echo);
  const rows = (await job('logs', 'rows')).stdout;
  expect(rows).toContain('1 x, y\n');
  expect(rows).toContain('007 z\n');
  const yaml = 'name: written\ncommand: [echo, "{a}"]\nset: { a: [5] }\n';
  expect((await job('submit', folderWith('written', { 'job.yaml': yaml }), '--wait')).stdout).toBe('5\n');
});

it('a task that fails is tried three times, and its last lines are shown', async () => {
  const ended = await job(
    'submit',
    'work',
    '--name',
    'bad',
    '--wait',
    '--',
    'sh',
    '-c',
    'echo the cause >&2; exit 7',
  );
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('after 3 attempts');
  expect(ended.stderr).toContain('code 7');
  expect(ended.stderr).toContain('the cause');
  const { state, task_list: tasks } = await show('bad');
  expect(state).toBe('failed');
  expect(tasks[0]?.ends.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'failed'],
    [2, 'failed'],
    [3, 'failed'],
  ]);
  const some = await job(
    'submit',
    'work',
    '--count',
    '2',
    '--attempts',
    '1',
    '--wait',
    '--',
    'test',
    '{task}',
    '=',
    '0',
  );
  expect(some.code).toBe(6);
});

it('retry --failed runs just what failed, when the cause is gone', async () => {
  const cause = at('cause');
  writeFileSync(cause, '');
  const script = `test {task} = 0 || test ! -e ${cause}`;
  const flags = ['--name', 'again', '--count', '3', '--attempts', '1', '--wait'];
  expect((await job('submit', 'work', ...flags, '--', 'sh', '-c', script)).code).toBe(6);
  rmSync(cause);
  expect((await job('retry', 'again', '--failed')).stdout).toContain('2 tasks of again');
  await expect.poll(() => stateOf('again'), within).toBe('done');
  const counted = (await show('again')).task_list.map(({ ends }) => ends.length);
  expect(counted).toEqual([1, 2, 2]);
});

it('cancel ends tasks that sleep, and those that wait', async () => {
  const id = await submit('work', '--name', 'sleeps', '--count', '50', '--', 'sleep', '600');
  await expect.poll(() => stateOf(id), within).toBe('running');
  const assigned = await job('assignments', 'sleeps');
  expect(assigned.stdout).toContain(`${id} task 0`);
  expect((await job('cancel', 'sleeps')).stdout).toContain('50 tasks of sleeps');
  await expect.poll(() => stateOf(id), within).toBe('cancelled');
  await expect.poll(async () => (await show(id)).counts, within).toMatchObject({ cancelled: 50, running: 0 });
  expect((await job('assignments')).stdout).not.toContain(id);
  expect((await job('retry', id, '--failed')).code).toBe(2);
});

it('a job that no worker can run says why; list has all jobs, the newest first', async () => {
  const id = await submit('work', '--name', 'stuck', '--pool', 'no-such-tag', '--', 'true');
  expect((await show(id)).waits_for).toContain('no-such-tag');
  const listed = await result<{ jobs: { id: string; name: string }[] }>('list');
  expect(listed.jobs[0]).toMatchObject({ id, name: 'stuck' });
  expect((await job('list')).stdout).toContain('stuck');
  expect((await job('show', id.slice(0, -1))).stdout).toContain('stuck');
  expect((await job('cancel', id)).code).toBe(0);
});

it.each([
  [['show', 'nothing'], 'There is no job "nothing"'],
  [['show', '20200101-000000-aaaaaa'], 'job list'],
  [['submit', 'nowhere', '--', 'true'], 'There is no folder nowhere'],
  [['submit', 'work'], 'no command'],
  [['submit', 'empty', '--', 'true'], 'has no files'],
  [['submit', 'work', '--each', 'bad.csv', '--', 'true'], 'Line 3 has 1 field'],
  [['submit', 'work', '--each', 'none.csv', '--', 'true'], 'must name the parameters'],
  [['logs', 'many', '--task', '12'], 'has no task 12'],
])('%j is refused with what to do', async (words, said) => {
  mkdirSync(at('empty'), { recursive: true });
  writeFileSync(at('bad.csv'), 'a,b\n1,2\n3\n');
  writeFileSync(at('none.csv'), '1,2\n3,4\n');
  const { code, stderr } = await job(...words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).toContain('next:');
});

it('Ctrl-C while a job is waited for leaves it running', async () => {
  const waiting = workspace.start(
    ...localWords(['job', 'submit', 'work', '--name', 'goes-on', '--wait', '--', 'sleep', '3']),
  );
  await expect.poll(async () => (await job('list')).stdout, within).toContain('goes-on');
  waiting.kill('SIGINT');
  const code = await new Promise((resolve) => waiting.once('exit', resolve));
  expect(code).toBe(130);
  await expect.poll(() => stateOf('goes-on'), within).toBe('done');
});

it.each([['a worker'], ['the leader']])('%s is killed, and each task has one result', async (who) => {
  const leads = await leader();
  const victim = who === 'the leader' ? leads : (['m1', 'm2', 'm3'].find((name) => name !== leads) ?? '');
  const marks = folderWith(`marks-${victim}-${who === 'the leader' ? 'l' : 'w'}`, {});
  const script = `sleep 2; echo {task} >>${at(marks)}/{task}; echo {task}`;
  const id = await submit('work', '--count', '12', '--', 'sh', '-c', script);
  await expect.poll(() => stateOf(id), within).toBe('running');
  const ended = await throughKill(id, [victim]);
  expect(ended.counts).toMatchObject({ done: 12, failed: 0, cancelled: 0 });
  expect(onceDone(ended)).toEqual(Array<number>(12).fill(1));
  const logs = await result<{ tasks: { task: number; stdout: string }[] }>('logs', id);
  expect(logs.tasks.map(({ stdout }) => stdout)).toEqual(ended.task_list.map(({ task }) => `${task}\n`));
  // At least once: an attempt that was lost may have written its mark too.
  for (const { task } of ended.task_list)
    expect(existsSync(at(marks, String(task))), String(task)).toBe(true);
});
