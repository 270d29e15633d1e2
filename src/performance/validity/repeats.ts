import { measuredTrials } from '../summaries/index.js';
import { median } from '../statistics/index.js';
import type { RunEvidence } from './evidence.js';
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
  if (groups.length === 0) return [];
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
function noDrift({ run, recorded }: RunEvidence): Finding[] {
  const groups = measuredTrials(run).filter((group) => group.length > 1);
  const findings: Finding[] = [];
  for (const { role, quantity, trials } of recorded) {
    const strata = groups.map((group) =>
      group.flatMap(({ number }) => {
        const value = trials.get(number)?.median;
        return value === undefined ? [] : [{ at: number, value }];
      }),
    );
    const trend = trendOf(strata);
    if (trend === null || trend.p >= significance / recorded.length) continue;
    const level = median(strata.flatMap((stratum) => stratum.map(({ value }) => Math.abs(value))));
    const share = level === 0 ? 0 : trend.change / level;
    if (Math.abs(share) < smallDrift) continue;
    findings.push({
      check: 'drift between repeats',
      level: 'doubt',
      text: `${quantity} of ${role} ${share > 0 ? 'rose' : 'fell'} by ${short(Math.abs(share) * 100)} % from the first repeat to the last over ${plural(trend.values, 'trial')} (p = ${trend.p.toPrecision(2)}). The device may not have been warm yet, or it was throttled. Add warm-up repeats or cooling.`,
    });
  }
  return findings;
}

/** Checks whether the repeats support conclusions. */
export const repeatChecks: readonly Check[] = [enoughRepeats, noDrift];
