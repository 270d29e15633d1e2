import { normalFrom, randomFrom } from './random.js';
import { Running } from './running.js';
import { meanInterval, tCritical } from './student-t.js';

/** Values are taken one after another until the 95 % interval of their mean is this tight. */
export interface StoppingRule {
  /** Half the width of the interval, as a share of the mean. */
  readonly interval: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** What is known of a mean: itself, and half the width of its 95 % interval (Student's t) as a share of it. */
export interface Tightness {
  readonly n: number;
  readonly mean: number;
  /** Infinite for a mean of 0 whose values differ. */
  readonly halfWidthShare: number;
}

/** @returns null for fewer than two values */
export function tightnessOf(values: readonly number[]): Tightness | null {
  const running = new Running();
  for (const value of values) running.add(value);
  const { n, mean } = running;
  const interval = meanInterval(running);
  if (mean === null || interval === null) return null;
  const half = (interval.high - interval.low) / 2;
  return { n, mean, halfWidthShare: half === 0 ? 0 : half / Math.abs(mean) };
}

/** How often intervals of a rule contain the true mean, at the noise at which they do so least often. */
export interface Coverage {
  /** Share of simulated sequences, 0 to 1. */
  readonly share: number;
  /** The standard deviation, as a share of the mean. */
  readonly noise: number;
}

const seed = 14;
/** No longer sequences are simulated: a rule that allows more differs little from one that allows this many. */
const longest = 200;

/**
 * Simulates normal values under a rule, at noises for which it needs from half of `atLeast` to twice `atMost` values. A rule
 * that looks again and again stops when the values happen to lie close together, so that its intervals contain the true
 * mean less often than the 95 % of a fixed number of values.
 * @param rounds sequences at each noise; the share is known within about 0.4 % (one standard error)
 */
export function stoppedCoverage(rule: StoppingRule, rounds = 4000): Coverage {
  const atMost = Math.min(rule.atMost, Math.max(longest, rule.atLeast));
  const critical = new Float64Array(atMost + 1);
  for (let n = 2; n <= atMost; n += 1) critical[n] = tCritical(n - 1, 0.05);
  const normal = normalFrom(randomFrom(seed));
  const coverages = noisesOf({ ...rule, atMost }, critical).map((noise): Coverage => {
    let hits = 0;
    for (let round = 0; round < rounds; round += 1)
      if (contains({ ...rule, atMost }, critical, () => 1 + noise * normal())) hits += 1;
    return { share: hits / rounds, noise };
  });
  return coverages.reduce((lowest, one) => (one.share < lowest.share ? one : lowest));
}

/** Noises at which a rule needs so many values, on average. */
function noisesOf({ interval, atLeast, atMost }: StoppingRule, critical: Float64Array): number[] {
  const first = Math.max(2, Math.round(atLeast / 2));
  const steps = 12;
  const ratio = Math.log((2 * atMost) / first) / (steps - 1);
  return Array.from({ length: steps }, (_, index) => {
    const n = first * Math.exp(ratio * index);
    const t = critical[Math.min(atMost, Math.max(2, Math.round(n)))] ?? 2;
    return (interval * Math.sqrt(n)) / t;
  });
}

/** Whether the interval with which a sequence of values around 1 ends contains 1. */
function contains(
  { interval, atLeast, atMost }: StoppingRule,
  critical: Float64Array,
  next: () => number,
): boolean {
  let [mean, squares] = [0, 0];
  for (let n = 1; ; n += 1) {
    const value = next();
    const distance = value - mean;
    mean += distance / n;
    squares += distance * (value - mean);
    if (n < atLeast) continue;
    const half = (critical[n] ?? 0) * Math.sqrt(squares / (n - 1) / n);
    if (half <= interval * Math.abs(mean) || n >= atMost) return Math.abs(mean - 1) <= half;
  }
}
