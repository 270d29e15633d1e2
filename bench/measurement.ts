/** What a bench hands over for one line of its table: our times beside those of others, taken in the same run. */
export interface Measurement {
  /** What was done, e.g. `connect and run a command, 100 sessions`. */
  what: string;
  /** Of all values in the line, e.g. `ms`, `MB/s`, `%`. */
  unit: string;
  /** One value for each repeat, in the order in which they were taken. */
  ours: readonly number[];
  /** What ours is held against; none when a fixed figure is the target. */
  peer?: { name: string; values: readonly number[] };
  /** Left out where a figure is only told. */
  target?: Target;
  /** What a reader must know beside the figure: how it was taken, or what differs between the two. */
  note?: string;
}

export interface Target {
  /** `ratio`: our median by the peer's; `value`: our median. */
  of: 'ratio' | 'value';
  atMost?: number;
  atLeast?: number;
}

export interface Verdict {
  /** Our median by the peer's; null without a peer, or where the peer's is 0. */
  ratio: number | null;
  /** Null when there was no target. A line without a figure misses its target. */
  met: boolean | null;
}

/** Pure: how our values stand to the peer's and to the target. */
export function judge({ ours, peer, target }: Measurement): Verdict {
  const theirs = peer && peer.values.length > 0 ? median(peer.values) : null;
  const ratio = ours.length === 0 || theirs === null || theirs === 0 ? null : median(ours) / theirs;
  if (target === undefined) return { ratio, met: null };
  const figure = target.of === 'ratio' ? ratio : ours.length === 0 ? null : median(ours);
  if (figure === null) return { ratio, met: false };
  return { ratio, met: figure <= (target.atMost ?? Infinity) && figure >= (target.atLeast ?? -Infinity) };
}

/** Pure: the middle value, of an even count the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}
