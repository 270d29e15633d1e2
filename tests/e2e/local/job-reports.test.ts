import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TestWorkspace } from '../workspace.js';

/** The output of jobs as runs, on a fleet of three processes on this machine, through the built command. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const json = async <T>(...words: string[]) => workspace.result<T>(...words);

interface Shown {
  run_id: string;
  experiment: string;
  state: string;
  job: { owner: string; fleet: string; asked_at: string } | null;
  trials: { complete: number; all: number };
  devices: string[];
  validity: { verdict: string; findings: { level: string; check: string; text: string }[] };
  notes: string[];
  combinations: {
    parameters: Record<string, unknown>;
    outcomes: { quantity: string; medians: number[] }[];
  }[];
  usage: { parameters: Record<string, unknown>; resources: { metric: string }[] }[];
}
const shown = (id: string) => json<Shown>('show', id);

/** Submits a job of the folder `work` and waits for its end, however it is. @returns its id */
async function ended(name: string, flags: readonly string[], ...command: string[]): Promise<string> {
  const about = ['job', 'submit', 'work', '--name', name, '--local', '--wait', ...flags, '--', ...command];
  await workspace.collab(...about);
  return (await json<{ id: string }>('job', 'show', name, '--local')).id;
}
const output = (id: string, ...words: string[]) => workspace.collab('job', 'output', id, ...words, '--local');
/** @returns the id of a job, with its output in Logs/jobs */
async function fetched(name: string, flags: readonly string[], ...command: string[]): Promise<string> {
  const id = await ended(name, flags, ...command);
  const got = await output(id);
  expect(got.code, got.stderr).toBe(0);
  return id;
}

/** Records the parameter, squared. */
const code = `import collab
rate = collab.parameter('rate')
collab.record(loss=rate * rate)
print(rate)
`;

let first: string;
let second: string;

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
  mkdirSync(at('work'), { recursive: true });
  writeFileSync(at('work', 'fit.py'), code);
  const workers = () => json<{ workers: object[] }>('job', 'assignments', '--local');
  await vi.waitUntil(async () => (await workers()).workers.length === 3, { timeout: 60_000, interval: 500 });
  first = await fetched('fit', ['--set', 'rate=2,3'], 'python3', 'fit.py');
  second = await fetched('fit', ['--set', 'rate=2,3'], 'python3', 'fit.py');
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('collab show has the tasks as trials, their parameters, and the workers as devices', async () => {
  const run = await shown(first);
  expect(run).toMatchObject({
    run_id: first,
    experiment: 'fit',
    state: 'complete',
    job: { fleet: 'local' },
    trials: { complete: 2, all: 2 },
  });
  expect(run.devices.length).toBeGreaterThan(0);
  const losses = run.combinations.map(({ parameters, outcomes }) => [
    parameters,
    outcomes.map(({ quantity, medians }) => [quantity, medians]),
  ]);
  expect(losses).toEqual([
    [{ rate: 2 }, [['loss', [4]]]],
    [{ rate: 3 }, [['loss', [9]]]],
  ]);
  expect(run.usage[0]?.resources.map(({ metric }) => metric)).toContain('wall_s');
  const { stdout } = await workspace.collab('show', first);
  expect(stdout).toMatch(new RegExp(`^fit  ${first}  job of .* on the fleet local\n`));
  expect(stdout).toContain('2 of 2 trials complete');
});

it('the verdict says what a job cannot claim, and doubts no parameter that the code read', async () => {
  const { validity } = await shown(first);
  expect(validity.verdict).toBe('DOUBTFUL');
  const checks = validity.findings.map(({ check }) => check);
  expect(checks).toContain('job');
  expect(checks).not.toContain('parameters read');
  expect(checks).not.toContain('files whole');
  // One machine has one clock.
  expect(checks).not.toContain('job clocks');
});

it('a parameter that is written into the command was read', async () => {
  const id = await fetched('written', ['--set', 'rate=2,3'], 'echo', '{rate}');
  expect((await shown(id)).validity.findings.map(({ check }) => check)).not.toContain('parameters read');
  const unread = await fetched('unread', ['--set', 'rate=2,3'], 'true');
  expect((await shown(unread)).validity.findings.map(({ check }) => check)).toContain('parameters read');
});

it('collab report writes each format of it, with the device of each task', async () => {
  const report = await workspace.collab('report', first, '--format', 'csv,html');
  expect(report.code, report.stderr).toBe(0);
  const roles = readFileSync(at('Logs/jobs', first, 'reports/roles.csv'), 'utf8')
    .trim()
    .split('\n');
  const [header = '', ...rows] = roles.map((line) => line.split(','));
  const { devices } = await shown(first);
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(devices).toContain(row[header.indexOf('device')]);
  const page = readFileSync(at('Logs/jobs', first, 'reports/report.html'), 'utf8');
  expect(page).toContain(`Job <code>${first}</code>`);
  expect(page).toContain('no device was leased');
});

it('collab compare compares two jobs, and says that they have the same files', async () => {
  const comparison = await json<{
    same_experiment: boolean;
    metrics: { metric: string; parameters: object; a: number; b: number }[];
  }>('compare', first, second);
  expect(comparison.same_experiment).toBe(true);
  expect(comparison.metrics.filter(({ metric }) => metric === 'loss')).toMatchObject([
    { parameters: { rate: 2 }, a: 4, b: 4 },
    { parameters: { rate: 3 }, a: 9, b: 9 },
  ]);
  const text = await workspace.collab('compare', first, second);
  expect(text.stdout).toContain('The same experiment');
});

it('collab runs lists jobs', async () => {
  const { stdout } = await workspace.collab('runs');
  expect(stdout).toMatch(new RegExp(`${first} +jobs +complete`));
});

it.each([
  ['resume', 'collab job retry'],
  ['stop', 'collab job cancel'],
  ['watch', 'collab job logs'],
])('collab %s of a job names the command for jobs', async (command, instead) => {
  const { code, stderr } = await workspace.collab(command, first);
  expect(code).toBe(2);
  expect(stderr).toContain(`${first} is a job, and not a run of an experiment.`);
  expect(stderr).toContain(instead);
});

it('a task that failed is a failed trial, with its reason and all its attempts', async () => {
  const flags = ['--set', 'end=0,3', '--attempts', '2'];
  const id = await fetched('bad', flags, 'sh', '-c', 'exit {end}');
  const run = await shown(id);
  expect(run).toMatchObject({ state: 'partial', trials: { complete: 1, all: 2 } });
  expect(run.notes.join('\n')).toMatch(/Trial 2 failed: task-0 on .*: it exited with code 3/);
  const record = JSON.parse(readFileSync(at('Logs/jobs', id, 'run.json'), 'utf8')) as {
    trials: { attempt?: number; earlier?: { state: string }[] }[];
  };
  expect(record.trials[1]).toMatchObject({ attempt: 2, earlier: [{ state: 'failed' }] });
});

it('a job that goes on is a run that goes on, and output adds what is new', async () => {
  mkdirSync(at('gate'), { recursive: true });
  const wait = 'test {task} = 0 || while ! test -e "$1/open"; do sleep 0.2; done';
  const flags = ['--name', 'gated', '--count', '2', '--local'];
  const { code: sent } = await workspace.collab(
    'job',
    'submit',
    'work',
    ...flags,
    '--',
    'sh',
    '-c',
    wait,
    'sh',
    at('gate'),
  );
  expect(sent).toBe(0);
  const { id } = await json<{ id: string }>('job', 'show', 'gated', '--local');
  const counts = async () => (await json<{ counts: { done: number } }>('job', 'show', id, '--local')).counts;
  await vi.waitUntil(async () => (await counts()).done === 1, { timeout: 60_000, interval: 500 });
  expect((await output(id)).code).toBe(0);
  const going = await shown(id);
  expect(going).toMatchObject({ state: 'running', trials: { complete: 1, all: 2 } });
  expect(going.notes.join('\n')).toContain(`To get the rest: collab job output ${id}`);
  expect((await workspace.collab('runs')).stderr).toContain(`${id} is a job that was still going on`);
  writeFileSync(at('gate', 'open'), '');
  await vi.waitUntil(async () => (await counts()).done === 2, { timeout: 60_000, interval: 500 });
  expect((await output(id)).code).toBe(0);
  expect(await shown(id)).toMatchObject({ state: 'complete', trials: { complete: 2, all: 2 } });
});

it('run.json can be rebuilt from the journal, and a folder of somebody else is left alone', async () => {
  const path = at('Logs/jobs', first, 'run.json');
  const before = readFileSync(path, 'utf8');
  rmSync(path);
  expect(await shown(first)).toMatchObject({ state: 'complete', trials: { complete: 2, all: 2 } });
  expect((await output(first)).code).toBe(0);
  expect(readFileSync(path, 'utf8').replace(/"asked_at": ".*"/, '')).toBe(
    before.replace(/"asked_at": ".*"/, ''),
  );
  const refused = await output(second, at('Logs/jobs', first));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`It has the run ${first}.`);
  expect((await output(second, at('elsewhere'))).code).toBe(0);
  expect(await shown(at('elsewhere'))).toMatchObject({ run_id: second });
  expect(existsSync(at('elsewhere', 'events.jsonl'))).toBe(true);
});
