import {
  describe,
  hodgesLehmann,
  mannWhitney,
  stoppedCoverage,
} from '../../src/performance/statistics/index.js';
import { normalFrom, randomFrom } from '../../src/performance/statistics/random.js';
import type { Truth } from './truth.js';

const n = 10;
const level = 95;
const how =
  'Simulated pairs of 10 values of a normal distribution with 3 % noise, with a fixed seed: how often the claim is true of the known mean or shift. Bound: three standard errors of the simulation, and for the rank statistics 1 % because ranks come in steps (exact level 95.7 % at n=10).';

/** Do intervals contain the known value as often as they say, and is a difference seen that is not there? */
export function statistics({ short }: { short: boolean }): Promise<Truth[]> {
  const rounds = short ? 2000 : 20_000;
  const normal = normalFrom(randomFrom(12));
  const values = (mean: number) => Array.from({ length: n }, () => mean + 3 * normal());
  const hits = { mean: 0, shift: 0, none: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const [a, b] = [values(100), values(105)];
    if (within(100, describe(a)?.interval)) hits.mean += 1;
    if (within(5, hodgesLehmann(a, b)?.interval)) hits.shift += 1;
    if ((mannWhitney(a, values(100))?.p ?? 0) >= 0.05) hits.none += 1;
  }
  const error = 3 * 100 * Math.sqrt((0.95 * 0.05) / rounds);
  const line = (tried: string, count: number, steps: number): Truth => ({
    area: 'statistics',
    tried,
    unit: '%',
    claim: level,
    truth: (100 * count) / rounds,
    allowed: error + steps,
    how,
  });
  return Promise.resolve([
    line("intervals of a mean (Student's t) that contain it", hits.mean, 0),
    line('intervals of a shift (Hodges-Lehmann) that contain it', hits.shift, 1),
    ...[3, 5, 10].map((atLeast) => stopped({ interval: 0.05, atLeast, atMost: 50 }, rounds)),
    line('equal pairs in which Mann-Whitney sees no difference (p >= 0.05)', hits.none, 1),
  ]);
}

const stoppedHow =
  'Simulated sequences of normal values with a fixed seed, that end when half the 95 % interval is within 5 % of the mean, at twelve noises for which that takes from half the fewest to twice the most values: the share of intervals that contain the known mean, at the noise where it is smallest. Bound: what stopping early costs at most, which is why it is printed.';

/** What early stopping costs: intervals of `stop_when` do not contain the mean as often as they say. */
function stopped(rule: { interval: number; atLeast: number; atMost: number }, rounds: number): Truth {
  return {
    area: 'statistics',
    tried: `intervals of a mean that ended repeats early (stop_when, ${rule.atLeast} to ${rule.atMost} repeats) that contain it`,
    unit: '%',
    claim: level,
    truth: 100 * stoppedCoverage(rule, rounds).share,
    allowed: rule.atLeast < 5 ? 7 : 4,
    how: stoppedHow,
  };
}

function within(value: number, interval: { low: number; high: number } | null | undefined): boolean {
  return interval !== null && interval !== undefined && interval.low <= value && value <= interval.high;
}
