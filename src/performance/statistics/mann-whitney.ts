import { normalBothTails } from './normal.js';

/** Up to this number of values, `p` is exact. */
const exactUpTo = 100;

export interface MannWhitney {
  /** Number of pairs in which the value of `b` is larger; ties count one half. */
  readonly u: number;
  /** Probability of a difference at least as large if both come from the same distribution (two-sided). */
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

/**
 * The Mann-Whitney U test: do values of `b` tend to be larger or smaller than those of `a`? It assumes independent values
 * but no particular distribution. Up to 100 values `p` is exact, ties included (scipy's exact method, with ties its
 * permutation_test); above that it is the normal approximation with corrections for ties and continuity.
 * @returns null if either is empty
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney | null {
  if (a.length === 0 || b.length === 0) return null;
  const { ofB, doubled, ties } = rank(a, b);
  const u = ofB / 2 - (b.length * (b.length + 1)) / 2;
  if (doubled.length <= exactUpTo) return { u, p: exactP(doubled, b.length, ofB), method: 'exact' };
  return { u, p: normalP(u, a.length, b.length, ties), method: 'normal' };
}

interface Ranks {
  /** Twice the rank of every value, ascending. Ties share their mean rank, so doubling makes it an integer. */
  readonly doubled: number[];
  /** Sum of the doubled ranks of `b`. */
  readonly ofB: number;
  /** Sum of t^3 - t over groups of t tied values. */
  readonly ties: number;
}

function rank(a: readonly number[], b: readonly number[]): Ranks {
  const all = [...a.map((value) => ({ value, inB: 0 })), ...b.map((value) => ({ value, inB: 1 }))];
  all.sort((one, other) => one.value - other.value);
  const doubled: number[] = [];
  let ofB = 0;
  let ties = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    for (let at = start; at < end; at++) {
      doubled.push(start + 1 + end);
      ofB += (all[at]?.inB ?? 0) * (start + 1 + end);
    }
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { doubled, ofB, ties };
}

/** Share of all choices of `size` ranks whose sum is at least as extreme as `seen`. */
function exactP(doubled: readonly number[], size: number, seen: number): number {
  const most = doubled.slice(-size).reduce((sum, one) => sum + one, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  if (ways[0] !== undefined) ways[0][0] = 1;
  for (const one of doubled) {
    for (let chosen = size; chosen >= 1; chosen--) {
      const [into, from] = [ways[chosen], ways[chosen - 1]];
      if (into === undefined || from === undefined) continue;
      for (let sum = most; sum >= one; sum--) into[sum] = (into[sum] ?? 0) + (from[sum - one] ?? 0);
    }
  }
  let [all, below, above] = [0, 0, 0];
  ways[size]?.forEach((count, sum) => {
    all += count;
    if (sum <= seen) below += count;
    if (sum >= seen) above += count;
  });
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

function normalP(u: number, a: number, b: number, ties: number): number {
  const n = a + b;
  const sd = Math.sqrt(((a * b) / 12) * (n + 1 - ties / (n * (n - 1))));
  if (sd === 0) return 1;
  return Math.min(1, normalBothTails(Math.max(0, Math.abs(u - (a * b) / 2) - 0.5) / sd));
}
