import type { TrialRecord } from '../../logs/index.js';
import { measuredTrials } from '../summaries/index.js';
import { median } from '../statistics/index.js';
import type { RunEvidence } from './evidence.js';
import { grouped } from './grouped.js';
import { plural, short } from './sentence.js';
import { trendOf } from './trend.js';
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
    const what = groups.length === 1 ? 'The experiment' : 'A combination of parameters';
    const text = `${what} was measured once, so its variation between repeats is unknown. Run it with --repeats 5.`;
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
  return [
    ...families.flatMap((family) => family.flatMap((series) => drifting(series, groups, family.length))),
    ...tooFew(groups),
  ];
}

interface Series {
  readonly what: string;
  /** By trial number. */
  readonly values: ReadonlyMap<number, number>;
}

function drifting({ what, values }: Series, groups: readonly TrialRecord[][], family: number): Finding[] {
  const strata = groups.map((group) =>
    group.flatMap(({ number }) => {
      const value = values.get(number);
      return value === undefined ? [] : [{ at: number, value }];
    }),
  );
  const trend = trendOf(strata);
  if (trend === null || trend.p >= significance / family) return [];
  const level = median(strata.flatMap((stratum) => stratum.map(({ value }) => Math.abs(value))));
  const share = level === 0 ? 0 : trend.change / level;
  if (Math.abs(share) < smallDrift) return [];
  const text = `${what} ${share > 0 ? 'rose' : 'fell'} by ${short(Math.abs(share) * 100)} % from the first repeat to the last over ${plural(trend.values, 'trial')} (p = ${trend.p.toPrecision(2)}). The device may not have been warm yet, or it was throttled. Add warm-up repeats or cooling.`;
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

/** Even values that rise every time are no significant trend then. */
function tooFew(groups: readonly TrialRecord[][]): Finding[] {
  const most = trendOf(groups.map((group) => group.map((_, at) => ({ at, value: at }))));
  if (groups.length === 0 || (most !== null && most.p < significance)) return [];
  const text = `Could not check for a drift between repeats: ${plural(groups.flat().length, 'trial')} are too few for a test at the 5 % level; with one combination of parameters it needs 5.`;
  return [{ check: 'drift between repeats', level: 'remark', text }];
}

/** Checks whether the repeats support conclusions. */
export const repeatChecks: readonly Check[] = [enoughRepeats, noDrift];
