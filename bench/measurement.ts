/** One line of a benchmark's table: collab and a peer, measured in the same run. */
export interface Measurement {
  /** What was measured, e.g. `connect and run a command, 100 sessions`. */
  what: string;
  /** Unit of all values in the line, e.g. `ms`, `MB/s`, `%`. */
  unit: string;
  /** One value per repeat, in order. */
  ours: readonly number[];
  /** What collab is compared with; none if the target is a fixed value. */
  peer?: { name: string; values: readonly number[] };
  /** None if the figure is only informative. */
  target?: Target;
  /** How it was measured, or how the two differ. */
  note?: string;
}

export interface Target {
  /** `ratio`: our median divided by the peer's; `value`: our median. */
  of: 'ratio' | 'value';
  atMost?: number;
  atLeast?: number;
}

export interface Verdict {
  /** Our median divided by the peer's; null without a peer, or if the peer's is 0. */
  ratio: number | null;
  /** Null without a target. A line without a figure misses its target. */
  met: boolean | null;
}

/** Compares our values with the peer's and with the target. */
export function judge({ ours, peer, target }: Measurement): Verdict {
  const theirs = peer && peer.values.length > 0 ? median(peer.values) : null;
  const ratio = ours.length === 0 || theirs === null || theirs === 0 ? null : median(ours) / theirs;
  if (target === undefined) return { ratio, met: null };
  const figure = target.of === 'ratio' ? ratio : ours.length === 0 ? null : median(ours);
  if (figure === null) return { ratio, met: false };
  return { ratio, met: figure <= (target.atMost ?? Infinity) && figure >= (target.atLeast ?? -Infinity) };
}

/** NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}
