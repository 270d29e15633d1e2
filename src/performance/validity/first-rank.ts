import { normalBothTails } from '../statistics/index.js';

/** Up to this number of strata, `p` is exact. */
const exactUpTo = 100;

/** One combination: the value of its first repeat, and those of the later ones. */
export interface FirstAndLater {
  readonly first: number;
  readonly later: readonly number[];
}

/**
 * Whether first repeats are larger or smaller than later ones. Within each stratum, any repeat would be equally likely to
 * have the rank of the first one if the order made no difference; the ranks, centered, are summed over the strata.
 * Two-sided; exact up to 100 strata, ties included, above that the normal approximation.
 * @returns null without a stratum of at least two values
 */
export function firstRankP(strata: readonly FirstAndLater[]): number | null {
  const used = strata.filter(({ later }) => later.length > 0);
  if (used.length === 0) return null;
  const ranks = used.map(({ first, later }) => {
    const values = [first, ...later];
    const scores = values.map((value) => scoreOf(value, values));
    return { seen: scores[0] ?? 0, scores };
  });
  const seen = Math.abs(ranks.reduce((sum, one) => sum + one.seen, 0));
  if (used.length > exactUpTo) {
    const variance = ranks.reduce((sum, { scores }) => sum + meanSquare(scores), 0);
    return variance === 0 ? 1 : normalBothTails(seen / Math.sqrt(variance));
  }
  let chances = new Map<number, number>([[0, 1]]);
  for (const { scores } of ranks) chances = plus(chances, scores);
  let p = 0;
  for (const [sum, chance] of chances) if (Math.abs(sum) >= seen) p += chance;
  return Math.min(1, p);
}

/** The p when all first repeats are the largest of so many: no values have a smaller one. */
export function smallestFirstRankP(counts: readonly number[]): number {
  const strata = counts.map((n) => ({ first: n, later: Array.from({ length: n - 1 }, (_, at) => at) }));
  return firstRankP(strata) ?? 1;
}

/** Twice the distance of a value's rank from the middle one: an integer, also for ties, which share their mean rank. */
function scoreOf(value: number, values: readonly number[]): number {
  const below = values.filter((one) => one < value).length;
  const above = values.filter((one) => one > value).length;
  return below - above;
}

const meanSquare = (scores: readonly number[]) =>
  scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length;

/** The distribution of a sum with one more term, each of whose values is equally likely. */
function plus(chances: ReadonlyMap<number, number>, scores: readonly number[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [sum, chance] of chances)
    for (const score of scores) sums.set(sum + score, (sums.get(sum + score) ?? 0) + chance / scores.length);
  return sums;
}
