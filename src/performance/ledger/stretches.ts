import { type Part, parts } from './part.js';
import type { LedgerSpan } from './span.js';

/** A moment at which a span starts or ends, and whose clock measured it. */
export interface Stop {
  readonly atMs: number;
  readonly instance: string;
  readonly device: string;
}

/** A piece of a frame's time in which no span starts or ends. */
interface FrameStretch {
  readonly from: Stop;
  readonly to: Stop;
  readonly part: Part;
  /** Role instance whose open span determines the part; null if no span is open. */
  readonly by: string | null;
  /** Number of role instances with an open span of work. */
  readonly workers: number;
}

/**
 * Cuts a frame's time at every start and end of its spans. A moment with several open spans belongs to the part that is
 * first in `parts`.
 */
export function stretchesOf(spans: readonly LedgerSpan[]): FrameStretch[] {
  const [fromMs, untilMs, whole] = extent(spans);
  const inner = spans.filter(({ part }) => part !== 'whole');
  const stops = [
    ...(whole === null ? [] : [stop(whole, fromMs), stop(whole, untilMs)]),
    ...inner.flatMap((span) => [stop(span, clip(span.startMs)), stop(span, clip(span.endMs))]),
  ].sort((a, b) => a.atMs - b.atMs);
  const open = new OpenSpans(inner);
  const stretches: FrameStretch[] = [];
  for (const [index, to] of stops.entries()) {
    const from = stops[index - 1];
    if (from === undefined || to.atMs <= from.atMs) continue;
    const now = open.at((from.atMs + to.atMs) / 2);
    const span = firstOf(now);
    const part = span?.part ?? withoutWork(from, to, now);
    const workers = new Set(now.filter(isWork).map(({ instance }) => instance)).size;
    stretches.push({ from, to, part, by: span?.instance ?? null, workers });
  }
  return stretches;

  function clip(atMs: number): number {
    return Math.min(Math.max(atMs, fromMs), untilMs);
  }
}

/** That of a `whole` span, else from the first start to the last end. */
function extent(spans: readonly LedgerSpan[]): [number, number, LedgerSpan | null] {
  const whole = spans.find(({ part }) => part === 'whole');
  if (whole !== undefined) return [whole.startMs, whole.endMs, whole];
  let fromMs = Infinity;
  let untilMs = -Infinity;
  for (const { startMs, endMs } of spans) {
    fromMs = Math.min(fromMs, startMs);
    untilMs = Math.max(untilMs, endMs);
  }
  return [fromMs, untilMs, null];
}

function stop({ instance, device }: LedgerSpan, atMs: number): Stop {
  return { atMs, instance, device };
}

/** The open span that determines the part. */
function firstOf(now: readonly LedgerSpan[]): { part: Part; instance: string } | null {
  for (const part of parts) {
    const span = now.find((one) => one.part === part);
    if (span !== undefined) return { part, instance: span.instance };
  }
  return null;
}

function isWork({ part }: LedgerSpan): boolean {
  return part === 'compute' || part === 'serialize';
}

function withoutWork(from: Stop, to: Stop, now: readonly LedgerSpan[]): Part {
  if (from.instance !== to.instance) return 'wire';
  return now.some((span) => span.part === 'call' && span.instance === from.instance) ? 'wire' : 'idle';
}

/** The open spans at a moment; moments must be in ascending order. */
class OpenSpans {
  private readonly waiting: LedgerSpan[];
  private open: LedgerSpan[] = [];
  private next = 0;

  constructor(spans: readonly LedgerSpan[]) {
    this.waiting = [...spans].sort((a, b) => a.startMs - b.startMs);
  }

  at(atMs: number): readonly LedgerSpan[] {
    for (let span = this.waiting[this.next]; span !== undefined && span.startMs <= atMs;) {
      this.open.push(span);
      this.next += 1;
      span = this.waiting[this.next];
    }
    this.open = this.open.filter(({ endMs }) => endMs > atMs);
    return this.open;
  }
}
