import { measuredTrials } from '../summaries/index.js';
import { median } from '../statistics/index.js';
import type { RunEvidence } from './evidence.js';
import { plural, short } from './sentence.js';
import { trendOf } from './trend.js';
import type { Check, Finding } from './finding.js';

/** A drift that is smaller does not change what a paper says. */
const smallDrift = 0.05;
const significance = 0.05;

/**
 * With n repeats each, the smallest p that the Mann-Whitney test can give for two combinations is 2 / C(2n, n): 0.33,
 * 0.10, 0.029 for 2, 3, 4 repeats.
 */
function enoughRepeats({ run }: RunEvidence): Finding[] {
  const groups = measuredTrials(run);
  if (groups.length === 0) return [];
  const fewest = Math.min(...groups.map((group) => group.length));
  const check = 'repeats';
  if (fewest === 1) {
    const what = groups.length === 1 ? 'The experiment' : 'A combination of parameters';
    const text = `${what} was measured once, so nobody knows how much it varies from repeat to repeat. Run it with --repeats 5.`;
    return [{ check, level: 'doubt', text }];
  }
  if (fewest > 3 || groups.length === 1) return [];
  const least = fewest === 2 ? '0.33' : '0.10';
  const text = `With ${fewest} repeats no rank test can tell two combinations apart at 5 % (its smallest p is ${least}); from 4 repeats on it can.`;
  return [{ check, level: 'remark', text }];
}

/** Does a quantity rise or fall with the number of the trial, when the parameters' own effect is taken away? */
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
      text: `${quantity} of ${role} ${share > 0 ? 'rose' : 'fell'} by ${short(Math.abs(share) * 100)} % from the first repeat to the last over ${plural(trend.values, 'trial')} (p = ${trend.p.toPrecision(2)}): was the device not warm yet, or throttled? Add warm-up repeats, or cooling.`,
    });
  }
  return findings;
}

/** Whether the repeats carry what is said of them. */
export const repeatChecks: readonly Check[] = [enoughRepeats, noDrift];
