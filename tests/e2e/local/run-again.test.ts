import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runRecord } from '../../../src/logs/records/run-record.js';
import { TestWorkspace } from '../workspace.js';

/** `run --from`: a run again, as it was. */
const workspace = TestWorkspace.make();
const folder = join(workspace.folder, 'TestCases/count');
const code = (text: string) =>
  writeFileSync(join(folder, 'count.py'), `import sys\nprint("${text}", sys.argv[1])\n`);
const recordOf = (run: string) => runRecord.parse(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')));
const printed = (run: string, trial: number) =>
  readFileSync(join(run, 'trials', String(trial), 'a-0/stdout.log'), 'utf8').trim();
const carriedOut = async (...args: string[]) =>
  (await workspace.result<{ folder: string }>('run', ...args)).folder;

it(
  'runs what ran, after its experiment was changed and after it was removed',
  { timeout: 60_000 },
  async () => {
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'experiment.yaml'),
      'name: count\nroles: { a: { command: [python3, count.py, "{n}"] } }\nparameters: { n: [1, 2, 3] }\norder: random\n',
    );
    code('old');
    const first = await carriedOut('count', '--local', '--set', 'n=5,6', '--repeats', '2', '--seed', '7');
    code('new');
    const again = await carriedOut('--from', first);
    const [before, after] = [recordOf(first), recordOf(again)];
    expect(after.trials.map(({ parameters }) => parameters)).toEqual(
      before.trials.map(({ parameters }) => parameters),
    );
    expect(after).toMatchObject({ again: before.run_id, sweep: before.sweep, experiment: before.experiment });
    for (const { number } of before.trials) expect(printed(again, number)).toBe(printed(first, number));
    expect(printed(again, 1)).toMatch(/^old [56]$/);
    expect(printed(await carriedOut('count', '--local'), 1)).toMatch(/^new [123]$/);
    rmSync(folder, { recursive: true });
    expect(printed(await carriedOut('--from', first), 1)).toBe(printed(first, 1));
  },
);

it('says what does not go together', async () => {
  const both = await workspace.collab('run', 'hello', '--from', workspace.newestRun('count'));
  expect(both).toMatchObject({ code: 2 });
  expect(both.stderr).toContain('is not a run of hello');
  const set = await workspace.collab('run', '--from', workspace.newestRun('count'), '--set', 'n=1');
  expect(set).toMatchObject({ code: 2 });
  const none = await workspace.collab('run', '--local');
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('Experiments here:');
});
