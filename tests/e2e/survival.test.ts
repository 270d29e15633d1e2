import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runRecord } from '../../src/logs/records/run-record.js';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const containers = ['edge1', 'edge2'].map((name) => `collab-${labName}-${name}`);
const idsThere = (device: string) =>
  program('docker', 'exec', device, 'docker', 'ps', '-aq', '--filter', 'label=collab.run');

beforeAll(async () => {
  const folder = join(workspace.folder, 'TestCases/lasting');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'experiment.yaml'),
    `name: lasting
roles:
  counter:
    command: [python3, count.py, "{until}"]
parameters: { until: [30, 5] }
sampling: 100 ms
timeout: 60 s
`,
  );
  // Each line is written at its time; code 1 while a file says so.
  await writeFile(
    join(folder, 'count.py'),
    `import sys, time
for n in range(int(sys.argv[1])):
    print(n, flush=True)
    time.sleep(0.1)
`,
  );
});

afterAll(async () => {
  const clean = 'docker ps -aq --filter label=collab.run | xargs -r docker rm -f';
  for (const container of containers) await program('docker', 'exec', container, 'sh', '-c', clean);
  await workspace.collab('device', 'unlock', 'edge1', 'edge2', '--kick');
});

const recordOf = (folder: string) =>
  runRecord.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));

/** Waits until the counter of a trial has printed something that is here. */
async function counting(folder: string, trial: string): Promise<void> {
  const log = join(folder, 'trials', trial, 'counter-0/stdout.log');
  while (!existsSync(log) || readFileSync(log, 'utf8') === '') await wait(50);
}

it(
  'a detached run whose process is killed goes on where it was, with the role that counted on alone',
  { timeout: 120_000 },
  async () => {
    const started = await workspace.collab('run', 'lasting', '--detach', '--json', '--only', 'edge1');
    expect(started.code, started.stderr).toBe(0);
    const { folder, pid, run_id } = JSON.parse(started.stdout) as {
      folder: string;
      pid: number;
      run_id: string;
    };
    await counting(folder, '1');
    process.kill(pid, 'SIGHUP');
    await wait(200);
    process.kill(pid, 'SIGKILL');
    const runs = await workspace.collab('runs', 'lasting');
    expect(runs.stdout).toMatch(new RegExp(`${run_id} .*abandoned`));
    expect(runs.stderr).toContain(`collab resume ${run_id}`);

    const [one, two] = await Promise.all([workspace.collab('resume'), workspace.collab('resume', run_id)]);
    expect([one.code, two.code].sort(), `${one.stderr}\n${two.stderr}`).toEqual([0, 5]);
    const record = recordOf(folder);
    expect(record.state).toBe('complete');
    expect(record.trials.map(({ state, attempt, adopted }) => [state, attempt, adopted])).toEqual([
      ['complete', undefined, true],
      ['complete', undefined, undefined],
    ]);
    const printed = readFileSync(join(folder, 'trials/1/counter-0/stdout.log'), 'utf8');
    expect(printed).toBe(Array.from({ length: 30 }, (_, n) => `${n}\n`).join(''));
    const samples = readFileSync(join(folder, 'trials/1/counter-0/samples.jsonl'), 'utf8').trim().split('\n');
    expect(samples.length).toBeGreaterThanOrEqual(25);
    expect((await idsThere(containers[0] ?? '')).stdout).toBe('');
  },
);

it('stop ends a run of another process, and one without a process', { timeout: 120_000 }, async () => {
  const start = async (...where: string[]) => {
    const run = workspace.start('run', 'lasting', ...where, '--set', 'until=300');
    run.stdout?.resume();
    run.stderr?.resume();
    const before = workspace.runs('lasting').length;
    while (workspace.runs('lasting').length === before) await wait(50);
    const folder = workspace.newestRun('lasting');
    await counting(folder, '1');
    return { run, folder };
  };
  const alive = await start('--local');
  const ended = once(alive.run, 'close');
  const asked = await workspace.collab('stop');
  expect(asked.code, asked.stderr).toBe(0);
  expect((await ended)[0]).toBe(130);
  expect(recordOf(alive.folder).state).toBe('interrupted');

  const killed = await start('--only', 'edge2');
  killed.run.kill('SIGKILL');
  await once(killed.run, 'close');
  const taken = await workspace.collab('stop', '--json');
  expect(taken.code, taken.stderr).toBe(0);
  expect(JSON.parse(taken.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    how: 'taken',
    state: 'interrupted',
  });
  const record = recordOf(killed.folder);
  expect(record).toMatchObject({ state: 'interrupted', failure: { name: 'stopped' } });
  expect(record.trials.map(({ state }) => state)).toEqual(['interrupted']);
  expect(existsSync(join(killed.folder, 'trials/1/counter-0/exit.json'))).toBe(true);
  expect((await idsThere(containers[1] ?? '')).stdout).toBe('');
});
