import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { roleFolder, type ControllerRecord } from '../records/index.js';
import { lookForController, thisController } from './controller.js';
import { readSettledRun } from './settled-run.js';

const going = { state: 'running', ended_at: null } as const;
const here = await thisController();

/** The id of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}

it('a run goes on while the process that runs it is there', async () => {
  const folder = await RunFolder.make(runOf({ ...going, controller: here }));
  const run = await readSettledRun(folder.path);
  expect([run.state, run.unchecked]).toEqual(['running', undefined]);
});

it('a run without its process is abandoned since it was last written, and so is its trial', async () => {
  const controller = { ...here, pid: await endedProcess() };
  const trials = [trial(1), trial(2, { state: 'running', ended_at: null }), trial(3, { state: 'pending' })];
  const folder = await RunFolder.make(runOf({ ...going, controller, trials }));
  const role = roleFolder(folder.path, { trial: 2 }, 'client', 0);
  await mkdir(role, { recursive: true });
  await writeFile(join(role, 'stdout.log'), 'at work\n');
  const last = new Date('2040-01-02T03:04:05.000Z');
  await utimes(join(role, 'stdout.log'), last, last);
  const run = await readSettledRun(folder.path);
  expect(run).toMatchObject({
    state: 'abandoned',
    ended_at: last.toISOString(),
    failure: { name: 'abandoned', what: expect.stringContaining(`process ${controller.pid} of`) as string },
  });
  expect(run.trials.map(({ state }) => state)).toEqual(['complete', 'interrupted', 'pending']);
});

it.each<[string, Partial<ControllerRecord>]>([
  ['a later process with its id', { start_ticks: (here.start_ticks ?? 0) - 1 }],
  ['another boot of this machine', { boot_id: 'before' }],
])('%s is not the controller', async (_, change) => {
  expect(await lookForController({ ...here, ...change })).toEqual({ is: 'gone' });
});

it('a process that has ended, and that nobody waited for, is not the controller', async () => {
  const code =
    'import os, time\npid = os.fork()\nif pid == 0: os._exit(0)\nprint(pid, flush=True)\ntime.sleep(30)';
  const parent = spawn('python3', ['-c', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(printed);
  const start_ticks = Number(
    /.*\) (.*)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.[1]?.split(' ')[19],
  );
  await vi.waitFor(async () =>
    expect(await lookForController({ ...here, pid, start_ticks })).toEqual({ is: 'gone' }),
  );
  parent.kill();
});

it.each<[string, ControllerRecord | undefined, RegExp]>([
  ['an older record', undefined, /does not name the process/],
  ['another machine', { ...here, host: 'pc2', machine: 'other', boot_id: 'other' }, /run by pc2/],
  ['another machine without an id', { ...here, machine: null, boot_id: 'other' }, /run by/],
  ['another container', { ...here, pid_namespace: 'pid:[1]' }, /another container/],
])('%s: could not check, and the run keeps its state', async (_, controller, why) => {
  const folder = await RunFolder.make(runOf({ ...going, ...(controller && { controller }) }));
  const run = await readSettledRun(folder.path);
  expect(run.state).toBe('running');
  expect(run.unchecked?.why).toMatch(why);
});
