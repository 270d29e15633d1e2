import { expect, test } from 'vitest';
import { judged, textsOf } from '../../../tests/fixtures/judged-run.js';
import { lines, monotonic, trial } from '../../../tests/fixtures/run-folder.js';

const warm = [{ role: 'client', rank: 0, device: 'nano2', restart: 'run' as const }];
const about = (findings: readonly string[]) =>
  findings.filter((text) => text.startsWith('state carried over'));
/** Trials of combinations of `split`, each repeated. */
const trials = (combinations: number, repeats: number) =>
  Array.from({ length: combinations * repeats }, (_, at) =>
    trial(at + 1, { parameters: { split: at % combinations }, repeat: Math.floor(at / combinations) }),
  );
/** The trials' results: one row each. */
const results = (valueOf: (trial: number) => Record<string, number>) => (number: number) => ({
  results: lines([{ monotonic_s: monotonic(1), ...valueOf(number) }]),
});

test('first repeats that are slower than later ones in all combinations are a doubt', async () => {
  const slow = results((n) => ({ total_ms: n <= 6 ? 130 + n : 100 + n }));
  const { verdict, ...rest } = await judged({ placement: warm, trials: trials(6, 3) }, slow);
  expect(verdict).toBe('DOUBTFUL');
  expect(about(textsOf({ verdict, ...rest }, 'doubt'))).toEqual([
    'state carried over: The process of client stayed for all trials (restart: run), and the first repeats differ from the later ones: total_ms of client was 18.7 % higher in the first repeat, over 6 combinations of parameters (p = 0.0027). It may have carried state from one trial to the next, or nothing was warm yet in the first. Add warm-up repeats, reset the state in its code, or use restart: trial.',
  ]);
});

test('nothing is said of repeats that agree, nor of roles that are started for each trial', async () => {
  const same = results((n) => ({ total_ms: 100 + ((n * 7) % 5) }));
  const run = { trials: trials(6, 3) };
  const agree = await judged({ ...run, placement: warm }, same);
  expect(about([...textsOf(agree, 'doubt'), ...textsOf(agree, 'remark')])).toEqual([]);
  const slow = results((n) => ({ total_ms: n <= 6 ? 150 : 100 }));
  const cold = await judged(
    { ...run, placement: warm.map(({ role, rank, device }) => ({ role, rank, device })) },
    slow,
  );
  expect(about([...textsOf(cold, 'doubt'), ...textsOf(cold, 'remark')])).toEqual([]);
});

test('too few repeats, and results without times, are said', async () => {
  const slow = results((n) => ({ total_ms: n === 1 ? 150 : 100 + n }));
  const few = await judged({ placement: warm }, slow);
  expect(about(textsOf(few, 'remark'))).toEqual([
    'state carried over: The process of client stayed for all trials (restart: run). Could not check whether it carried state from one to the next: there are too few repeats to compare the first with the later ones. total_ms of client was 44.9 % higher in the first repeat, which may be chance. 41 repeats of each combination of parameters are enough.',
  ]);
  const none = await judged(
    { placement: warm },
    results(() => ({ loss: 1 })),
  );
  expect(about(textsOf(none, 'remark')).join()).toMatch(/no primary metric and no result named \*_ms/);
});

test('a primary metric is compared instead of the others', async () => {
  const definition = { samplingS: 0.1, primary: ['client.total_ms'] };
  const other = results((n) => ({ total_ms: 100, head_ms: n <= 6 ? 50 : 10 }));
  const run = {
    placement: warm,
    trials: trials(6, 3),
    experiment: { name: 'x', id: 'sha256:1', definition },
  };
  expect(about(textsOf(await judged(run, other), 'doubt'))).toEqual([]);
});
