import { expect, test } from 'vitest';
import { completeRole, lines, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { judgeRepeats, repeatJudge } from './judge-repeats.js';
import { Performance } from './performance.js';

const rule = { interval: 0.05, atLeast: 3, atMost: 10 };

async function runWith(clients: readonly number[][]) {
  const trials = clients.map((_, index) => trial(index + 1, { repeat: index }));
  const folder = await RunFolder.make(runOf({ trials }));
  for (const [index, values] of clients.entries()) {
    await folder.role(index + 1, 'server', completeRole({ results: lines([{ queue_ms: 1 }]) }));
    const results = lines(values.map((total_ms) => ({ total_ms })));
    await folder.role(index + 1, 'client', completeRole({ results }));
  }
  return folder;
}
/** Medians 10, 10.1, 9.9, and one row far off. */
const tight = [
  [9, 10, 11],
  [10.1, 10.1, 900],
  [9.9, 9.8, 10],
];

test('the figure is that of every report: the mean of the medians of the repeats', async () => {
  const folder = await runWith(tight);
  const { first } = await Performance.open(folder.path);
  const so = {
    folder: folder.path,
    run: first.record,
    trials: first.record.trials,
    metric: 'client.total_ms',
  };
  const shown = first.summaries.find(({ metric }) => metric === 'total_ms')?.overRepeats;
  expect(shown?.mean).toBeCloseTo(10, 9);
  const verdict = await repeatJudge()(so, rule);
  expect(verdict).toEqual({
    enough: true,
    why: 'client.total_ms is 10 ms +- 2.5 % over 3 repeats (half the 95 % interval; the rule is 5 %)',
  });
  expect((shown?.interval?.high ?? 0) - (shown?.mean ?? 0)).toBeCloseTo(10 * 0.025, 2);
  expect(await repeatJudge()(so, { ...rule, interval: 0.02 })).toMatchObject({ enough: false });
  expect(await repeatJudge()(so, { ...rule, atLeast: 4 })).toMatchObject({ enough: false });
});

test('a total of the wrapper is judged too; a metric that nobody has is unknown', async () => {
  const folder = await runWith(tight);
  const { record: run } = (await Performance.open(folder.path)).first;
  const judge = repeatJudge();
  const so = (metric: string) => ({ folder: folder.path, run, trials: run.trials, metric });
  expect(await judge(so('client.wall_s'), rule)).toMatchObject({ enough: true });
  expect(await judge(so('total_s'), rule)).toEqual({
    unknown: 'no role recorded total_s in 3 complete repeats of a combination',
  });
});

test('every role that has the metric must be known well enough', () => {
  const figures = [1, 1.01, 1].map(
    (median, index) =>
      new Map([
        ['a', { median, unit: null }],
        ['b', { median: index + 1, unit: null }],
      ]),
  );
  expect(judgeRepeats(figures, 'score', rule)).toMatchObject({ enough: false });
  expect(
    judgeRepeats(
      figures.map((one) => new Map([...one].slice(0, 1))),
      'score',
      rule,
    ),
  ).toMatchObject({ enough: true });
});
