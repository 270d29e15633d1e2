import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { TestWorkspace } from '../workspace.js';

/** `--notify`: a command that runs here when a run has ended. */
const workspace = TestWorkspace.make();
const toldIn = join(workspace.folder, 'told');
const note =
  'echo "$COLLAB_RUN $COLLAB_RUN_FOLDER $COLLAB_EXPERIMENT $COLLAB_STATE $COLLAB_VERDICT" > told.part; mv told.part told; echo rang';
const limit = { timeout: 60_000 };

function experiment(name: string, code: string): void {
  const folder = join(workspace.folder, 'TestCases', name);
  mkdirSync(folder, { recursive: true });
  const command = JSON.stringify(['python3', '-c', code]);
  writeFileSync(join(folder, 'experiment.yaml'), `name: ${name}\nroles: { a: { command: ${command} } }\n`);
}
experiment('good', 'print(1)');
experiment('bad', 'raise SystemExit(1)');
experiment('long', 'print("begun", flush=True)\nimport time\ntime.sleep(50)');

/** What the command was told of the newest run of an experiment; each is told once. */
function told(name: string): string[] {
  const words = readFileSync(toldIn, 'utf8').trim().split(' ');
  rmSync(toldIn);
  const run = workspace.newestRun(name);
  expect(words.slice(0, 3)).toEqual([basename(run), run, name]);
  return words.slice(3);
}
const until = async (is: () => boolean) => {
  while (!is()) await new Promise((wait) => setTimeout(wait, 50));
};

it('runs with the run in its environment, and its output goes to stderr', limit, async () => {
  const ended = await workspace.collab('run', 'good', '--local', '--notify', note);
  expect(ended.code).toBe(0);
  expect(ended.stdout.trim()).toBe(workspace.newestRun('good'));
  expect(ended.stderr).toMatch(/^rang$/m);
  const [state, verdict] = told('good');
  expect(state).toBe('complete');
  expect(verdict).toMatch(/^(VALID|DOUBTFUL)$/);
});

it('runs after a run that failed, whose exit code stays', limit, async () => {
  const ended = await workspace.collab('run', 'bad', '--local', '--notify', note);
  expect(ended.code).toBe(3);
  expect(told('bad')[0]).toBe('failed');
  const again = await workspace.collab('run', 'bad', '--retry', 'failed', '--notify', note);
  expect([again.code, told('bad')[0]]).toEqual([3, 'failed']);
});

it('runs in the process of a detached run', limit, async () => {
  expect(await workspace.collab('run', 'good', '--local', '--detach', '--notify', note)).toMatchObject({
    code: 0,
  });
  await until(() => existsSync(toldIn));
  expect(told('good')[0]).toBe('complete');
});

it('runs after a run that was interrupted', limit, async () => {
  const run = workspace.start('run', 'long', '--local', '--notify', note);
  const ended = once(run, 'close');
  run.stdout?.resume();
  let said = '';
  run.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  await until(() => said.includes('Trial 1/1'));
  run.kill('SIGINT');
  expect((await ended)[0]).toBe(130);
  expect(told('long')[0]).toBe('interrupted');
});

it('a command that fails is a note, and changes no exit code', limit, async () => {
  const ended = await workspace.collab('run', 'good', '--local', '--notify', 'echo no >&2; exit 7');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^no$[^]*^note: the command of --notify ended with exit code 7$/m);
});

it('does not run for a run that never began, and is refused where there is none', limit, async () => {
  const never = await workspace.collab('run', 'broken', '--local', '--notify', note);
  expect([never.code, existsSync(toldIn)]).toEqual([2, false]);
  const dry = await workspace.collab('run', 'good', '--local', '--dry-run', '--notify', note);
  expect([dry.code, existsSync(toldIn)]).toEqual([2, false]);
  expect((await workspace.collab('run', 'good', '--local', '--notify', ' ')).code).toBe(2);
});
