import type { ClockGroup, Clocks } from './clocks.js';
import type { Part, SpanPart } from './part.js';
import type { FittedSpan } from './span.js';
import type { Stretch } from './busy.js';

/**
 * A moment at which a span starts or ends. A `mark` opens nothing: a span without a duration. `busy` is work of the
 * instance on another frame.
 */
export interface Moment {
  readonly atMs: number;
  readonly kind: 'start' | 'end' | 'mark';
  readonly part: SpanPart | 'busy';
  readonly instance: string;
  readonly device: string;
  readonly group: ClockGroup;
  /** Of a mark: the end of the call around it that it touches, from inside. */
  readonly touches?: 'start' | 'end' | null;
}

/**
 * All moments of a frame in order. Of those at the same time, work ends before its call, and a call starts before its
 * work; within a group whatever starts comes first, so that a part that follows another leaves no gap.
 */
export function momentsOf(
  spans: readonly FittedSpan[],
  busy: ReadonlyMap<string, readonly Stretch[]>,
  clocks: Clocks,
): Moment[] {
  // Only the first span of the whole frame counts.
  const whole = spans.find(({ part }) => part === 'whole');
  const devices = new Map(spans.map(({ instance, device }) => [instance, device]));
  const moments = spans
    .filter((span) => span.part !== 'whole' || span === whole)
    .flatMap((span): Moment[] => {
      const { part, instance, device, group, startMs, endMs } = span;
      const of = { part, instance, device, group };
      if (startMs === endMs && part !== 'whole')
        return [{ ...of, kind: 'mark', atMs: startMs, touches: span.touches ?? null }];
      return [
        { ...of, kind: 'start', atMs: startMs },
        { ...of, kind: 'end', atMs: endMs },
      ];
    });
  for (const [instance, stretches] of busy) {
    const device = devices.get(instance) ?? '';
    const of = { part: 'busy' as const, instance, device, group: clocks.groupOf(device) };
    for (const { startMs, endMs } of stretches)
      moments.push({ ...of, kind: 'start', atMs: startMs }, { ...of, kind: 'end', atMs: endMs });
  }
  return startsFirst(moments.sort((a, b) => a.atMs - b.atMs || rank(a) - rank(b)));
}

function rank({ kind, part, touches }: Moment): number {
  if (kind === 'mark') return touches === 'start' ? 7 : touches === 'end' ? 0 : 3;
  const outer = part === 'whole' ? 2 : part === 'call' ? 1 : 0;
  return kind === 'end' ? outer : 6 - outer;
}

/** Among neighbors of one group at one time, starts before ends. */
function startsFirst(moments: readonly Moment[]): Moment[] {
  const ordered: Moment[] = [];
  for (let from = 0; from < moments.length;) {
    const first = moments[from];
    let until = from + 1;
    while (moments[until]?.atMs === first?.atMs && moments[until]?.group === first?.group) until += 1;
    if (until === from + 1 && first !== undefined) {
      ordered.push(first);
      from = until;
      continue;
    }
    const run = moments.slice(from, until);
    const inner = run.filter(({ part }) => part !== 'whole');
    const whole = run.filter(({ part }) => part === 'whole');
    ordered.push(
      ...whole.filter(({ kind }) => kind === 'start'),
      ...inner.filter(({ kind }) => kind === 'start'),
      ...inner.filter(({ kind }) => kind !== 'start'),
      ...whole.filter(({ kind }) => kind === 'end'),
    );
    from = until;
  }
  return ordered;
}

/** What happens between two moments that follow each other. */
export interface State {
  /** Null outside of the frame. */
  readonly part: Part | null;
  /** Without a span that determines it: what `part` would be if no instance were busy. */
  readonly gap: 'wire' | 'idle' | null;
  /** The last moment before it and the first after it that belong to the frame. */
  readonly from: Moment | null;
  readonly to: Moment | null;
  /** Number of role instances with an open span of work. */
  readonly workers: number;
  /** Role instances that compute. */
  readonly computing: readonly string[];
}
