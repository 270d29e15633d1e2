import type { TrialRecord } from '../../logs/index.js';
import { measuredTrials } from '../summaries/index.js';
import { median } from '../statistics/index.js';
import type { RunEvidence } from './evidence.js';
import { grouped } from './grouped.js';
import { plural, short } from './sentence.js';
import { smallestP, trendOf } from './trend.js';
import type { Check, Finding } from './finding.js';

/** A smaller drift does not change the conclusions of a paper. */
const smallDrift = 0.05;
const significance = 0.05;

/**
 * For two combinations with n repeats each, the smallest possible p of the Mann-Whitney test is 2 / C(2n, n): 0.33, 0.10,
 * 0.029 for 2, 3, 4 repeats.
 */
function enoughRepeats({ run }: RunEvidence): Finding[] {
  const groups = measuredTrials(run);
  if (groups.length === 0) {
    // A trial that is not complete is a finding of `trials complete`.
    if (run.trials.some(({ warmup, state }) => !warmup && state !== 'complete')) return [];
    return [{ check: 'repeats', level: 'doubt', text: 'No trial was measured: there are only warm-ups.' }];
  }
  const fewest = Math.min(...groups.map((group) => group.length));
  const check = 'repeats';
  if (fewest === 1) {
    const what =
      groups.length === 1
        ? run.job === undefined
          ? 'The experiment'
          : 'The task'
        : 'A combination of parameters';
    const advice =
      run.job === undefined
        ? 'Run it with --repeats 5.'
        : 'Submit several tasks with the same parameters: --count 5, or each value of --set five times.';
    const text = `${what} was measured once, so its variation between repeats is unknown. ${advice}`;
    return [{ check, level: 'doubt', text }];
  }
  if (fewest > 3 || groups.length === 1) return [];
  const smallestP = fewest === 2 ? '0.33' : '0.10';
  const text = `With ${fewest} repeats no rank test can distinguish two combinations at the 5 % level (the smallest possible p is ${smallestP}); 4 or more repeats are enough.`;
  return [{ check, level: 'remark', text }];
}

/** Does a quantity rise or fall with the trial number, apart from the effect of the parameters? */
function noDrift({ run, recorded, instances }: RunEvidence): Finding[] {
  const groups = measuredTrials(run).filter((group) => group.length > 1);
  const recordedSeries = recorded.map(({ role, quantity, trials }) => ({
    what: `${quantity} of ${role}`,
    values: new Map([...trials].map(([trial, { median: value }]) => [trial, value] as const)),
  }));
  // Two families, so that the totals, which every run has, do not hide a drift of what the experiment is about.
  const families = [recordedSeries, totalSeries(instances)];
  const looked = families.map((family) => family.map((series) => lookAt(series, groups, family.length)));
  return [...looked.flat().flatMap(drifting), ...tooFew(groups, looked)];
}

interface Series {
  readonly what: string;
  /** By trial number. */
  readonly values: ReadonlyMap<number, number>;
}

/** The trend of one series, judged as one of its family. */
interface Looked {
  readonly what: string;
  /** Null for too few values for any test. */
  readonly p: number | null;
  /** Change from the first to the last repeat, as a share of the level. */
  readonly share: number;
  readonly trials: number;
  readonly family: number;
  /** Whether values that rise every time would be significant. */
  readonly possible: boolean;
}

function lookAt({ what, values }: Series, groups: readonly TrialRecord[][], family: number): Looked {
  const strata = groups.map((group) =>
    group.flatMap(({ number }) => {
      const value = values.get(number);
      return value === undefined ? [] : [{ at: number, value }];
    }),
  );
  const trend = trendOf(strata);
  const level = median(strata.flatMap((stratum) => stratum.map(({ value }) => Math.abs(value))));
  const share = trend === null || level === 0 ? 0 : trend.change / level;
  const possible = smallestP(strata.map(({ length }) => length)) < significance / family;
  return { what, p: trend?.p ?? null, share, trials: trend?.values ?? 0, family, possible };
}

const changed = ({ what, share }: Looked) =>
  `${what} ${share > 0 ? 'rose' : 'fell'} by ${short(Math.abs(share) * 100)} % from the first repeat to the last`;

function drifting(one: Looked): Finding[] {
  const { p, share, trials, family } = one;
  if (p === null || p >= significance / family || Math.abs(share) < smallDrift) return [];
  const text = `${changed(one)} over ${plural(trials, 'trial')} (p = ${p.toPrecision(2)}). The device may not have been warm yet, or it was throttled. Add warm-up repeats or cooling.`;
  return [{ check: 'drift between repeats', level: 'doubt', text }];
}

/** Totals in which a board that grows slower or warmer shows, by the value in exit.json. */
const drifts: readonly (readonly [string, readonly string[]])[] = [
  ['wall_s', ['wall_s']],
  ['CPU time', ['cpu_user_s', 'cpu_system_s']],
  ['energy_j', ['energy_j']],
];

/** The sum over the instances of a role, for each role and total; a trial in which one is missing has no value. */
function totalSeries(instances: RunEvidence['instances']): Series[] {
  const roles = grouped(instances, ({ instance }) => instance.role);
  return [...roles].flatMap(([role, own]) =>
    drifts.flatMap(([name, totals]) => {
      const values = new Map<number, number>();
      for (const [trial, here] of grouped(own, ({ instance }) => instance.trial.number)) {
        const read = here.flatMap(({ instance }) =>
          totals.map((total) => instance.exit?.totals[total]?.value ?? null),
        );
        if (!read.includes(null))
          values.set(
            trial,
            read.reduce<number>((sum, one) => sum + Number(one), 0),
          );
      }
      return values.size === 0 ? [] : [{ what: `${name} of ${role}`, values }];
    }),
  );
}

/** How many repeats of so many combinations a family needs for values that rise every time to be a significant trend. */
function neededRepeats(combinations: number, family: number): number {
  let repeats = 2;
  while (smallestP(Array.from({ length: combinations }, () => repeats)) >= significance / Math.max(1, family))
    repeats += 1;
  return repeats;
}

/**
 * Says what no values could have shown: if so few trials allow no test at all, or if a series changed by more than a small
 * drift in a family so large that its test cannot reach significance.
 */
function tooFew(groups: readonly TrialRecord[][], looked: readonly (readonly Looked[])[]): Finding[] {
  if (groups.length === 0) return [];
  const check = 'drift between repeats';
  const tests = Math.max(...looked.map((family) => family.length));
  const needed = neededRepeats(groups.length, tests);
  const enough = `${plural(needed, 'repeat')} of each combination of parameters are enough for the test at the 5 % level.`;
  const trials = plural(groups.flat().length, 'trial');
  if (smallestP(groups.map(({ length }) => length)) >= significance) {
    const text = `Could not check for a drift between repeats: ${trials} are too few. ${enough}`;
    return [{ check, level: 'remark', text }];
  }
  const untold = looked.flat().filter(({ possible, share }) => !possible && Math.abs(share) >= smallDrift);
  const [worst] = untold.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (worst === undefined) return [];
  const others =
    untold.length > 1
      ? ` (and ${plural(untold.length - 1, 'other quantity', 'other quantities')} by 5 % or more)`
      : '';
  const text = `Could not check for a drift between repeats: ${changed(worst)}${others}, but ${plural(worst.trials, 'trial')} are too few to tell that from chance among ${plural(worst.family, 'quantity', 'quantities')}. ${enough}`;
  return [{ check, level: 'remark', text }];
}

/** Checks whether the repeats support conclusions. */
export const repeatChecks: readonly Check[] = [enoughRepeats, noDrift];
