import type { MetricPair } from '../compare/index.js';
import { excludedFromEachEnd, normalCritical, Running, tCritical } from '../statistics/index.js';
import { type LookedAt, significance } from './judge-metric.js';

const power = 0.8;
/** Nobody runs more. */
const most = 1000;
/** Fewer values tell too little of the spread. */
const leastDegrees = 6;
/** The rank test needs this many times the values of a t test, for normal noise: pi / 3. */
const ofRanks = Math.PI / 3;

/**
 * The fewest repeats of the replication for which there is an interval at all; null if there is no such number: the spread of
 * a single repeat is not known.
 */
export function fewestRepeats(original: number): number | null {
  if (original < 2) return null;
  for (let repeats = 2; repeats <= most; repeats += 1)
    if (excludedFromEachEnd(original, repeats, significance) >= 1) return repeats;
  return null;
}

/**
 * How many repeats of the replication decide in 4 of 5 cases, if the true ratio is the measured one and the spread of both runs
 * stays: the interval of the logarithm of the ratio must then end before the border. The repeats of the original are as many
 * as they are.
 * @param tests in the family, which widen what must be outside
 * @returns null if the spread is not known well enough, or no number up to 1000 is enough
 */
export function neededRepeats({ pair, relative }: LookedAt, within: number, tests: number): number | null {
  const spread = logarithmicSd(pair);
  if (spread === null || relative === null || relative <= -1) return null;
  const estimate = Math.log1p(relative);
  const isOutside = Math.abs(relative) > within;
  const distance = Math.min(
    ...[Math.log1p(-within), Math.log1p(within)].map((border) => Math.abs(estimate - border)),
  );
  const level = isOutside ? significance / Math.max(1, tests) : significance;
  const original = pair.a.repeats.length;
  const isEnough = (repeats: number) => {
    const deviations = tCritical(original + repeats - 2, level) + normalCritical(2 * (1 - power));
    return deviations * spread * Math.sqrt(ofRanks * (1 / original + 1 / repeats)) <= distance;
  };
  return leastThat(isEnough, pair.b.repeats.length + 1);
}

/** The least number from here to the most that is enough; all above it are enough as well. */
function leastThat(isEnough: (repeats: number) => boolean, least: number): number | null {
  let [low, high] = [least, Math.max(least, most)];
  if (!isEnough(high)) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** Within the runs; null for values that have no logarithm, and for too few. */
function logarithmicSd({ a, b }: MetricPair): number | null {
  const degrees = a.repeats.length + b.repeats.length - 2;
  const sign = Math.sign(a.repeats[0] ?? 0);
  const isOfOneSign = [...a.repeats, ...b.repeats].every((value) => value * sign > 0);
  if (degrees < leastDegrees || !isOfOneSign) return null;
  let squares = 0;
  for (const { repeats } of [a, b]) {
    const running = new Running();
    for (const value of repeats) running.add(Math.log(Math.abs(value)));
    squares += (repeats.length - 1) * (running.sd ?? 0) ** 2;
  }
  return squares === 0 ? null : Math.sqrt(squares / degrees);
}
