import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestWorkspace } from '../workspace.js';

const workspace = TestWorkspace.make();

interface Run {
  sweep: { order: string; seed: number; stop_when: object };
  trials: { parameters: object; repeat: number; state: string }[];
}

it('a sweep with a seed, exclusions, and a rule that ends repeats', { timeout: 60_000 }, async () => {
  const planned = await workspace.collab('run', 'sweep', '--local', '--seed', '5', '--dry-run');
  expect(planned.stdout).toContain('trials: 3 x 2 combinations, 4 excluded; each 2 to 3 repeats');
  expect(planned.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /the true mean in about \d\d % of cases, not 95 % \(simulated\)/,
  );

  const ended = await workspace.collab('run', 'sweep', '--local', '--seed', '5');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('1 trial is not needed: main.total_ms is 10 ms +- 0 % over 2 repeats');
  expect(ended.stderr).toMatch(/such intervals\s+contain the true mean in about \d\d % of cases/);
  const text = readFileSync(join(workspace.newestRun('sweep'), 'run.json'), 'utf8');
  const { sweep, trials } = JSON.parse(text) as Run;
  expect(sweep).toMatchObject({ order: 'random', seed: 5, stop_when: { at_least: 2, at_most: 3 } });
  expect(trials.map(({ repeat }) => repeat)).toEqual([0, 0, 1, 1, 2, 2]);
  const states = (spread: number) =>
    trials
      .filter(({ parameters }) => (parameters as { spread: number }).spread === spread)
      .map(({ state }) => state);
  expect(states(0)).toEqual(['complete', 'complete', 'skipped']);
  expect(states(9)).toEqual(['complete', 'complete', 'complete']);
});

it('many trials need --yes without a terminal; too many are refused before anything starts', async () => {
  const many = await workspace.collab('run', 'sweep', '--local', '--set', 'spread=1..600', '--repeats', '2');
  expect(many.code).toBe(2);
  expect(many.stderr).toMatch(/sweep has 2398 trials \(3 x 600 combinations, 601 excluded; each 2 repeats\)/);
  expect(many.stderr).toContain('--yes');
  const tooMany = await workspace.collab('run', 'sweep', '--local', '--set', 'spread=1..1000000000');
  expect(tooMany.code).toBe(2);
  expect(tooMany.stderr).toContain('1000000000 values');
});
