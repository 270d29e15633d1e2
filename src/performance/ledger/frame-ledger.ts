import { busyTimes, sharedMs, type Stretch } from './busy.js';
import { fitCalls } from './fit-calls.js';
import { type Part, parts } from './part.js';
import type { LedgerSpan } from './span.js';
import { type Stop, stretchesOf } from './stretches.js';

/** The transfer of a frame between two role instances, according to both clocks. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Error bound of `endMs - startMs`; null if a clock was not measured. */
  readonly errorMs: number | null;
}

/** A duration and its error bound due to the clocks; null if a clock that matters was not measured. */
interface Amount {
  readonly ms: number;
  readonly errorMs: number | null;
}

/** Where the time of one frame went: the parts add up to `endToEnd`. */
export interface FrameEntry {
  readonly frame: string;
  readonly startMs: number;
  readonly endToEnd: Amount;
  readonly parts: Readonly<Record<Part, Amount>>;
  /** `compute` per role instance. */
  readonly workMs: ReadonlyMap<string, number>;
  /** Work done while another device worked on the same frame; `parts` counts it once. */
  readonly parallelMs: number;
  /** By how much the clocks contradict each other beyond their error bounds; 0 if they agree. */
  readonly conflictMs: number;
  readonly transfers: readonly Transfer[];
  /** Its spans, moved where causality requires it. */
  readonly spans: readonly LedgerSpan[];
}

/**
 * The ledger of one trial: each moment of a frame, from its start to its end, is assigned to exactly one part.
 *
 * A moment with open spans belongs to the first of compute, serialize, queue, wire, idle among them. A moment without open
 * spans is `wire` between two role instances or inside a call, else `idle`; either becomes `queue` while the instance that
 * handles the frame next works on another frame. Errors follow from the clocks at both ends of each stretch: in a round
 * trip they cancel out.
 */
export function frameLedger(spans: readonly LedgerSpan[]): FrameEntry[] {
  const byFrame = new Map<string, LedgerSpan[]>();
  for (const span of spans) {
    const own = byFrame.get(span.frame);
    if (own === undefined) byFrame.set(span.frame, [span]);
    else own.push(span);
  }
  const busy = busyTimes(spans);
  const entries = [...byFrame].map(([frame, own]) =>
    entryOf(frame, own, (instance) => busy.withoutFrame(instance, frame)),
  );
  return entries.sort((a, b) => a.startMs - b.startMs);
}

function entryOf(
  frame: string,
  recorded: readonly LedgerSpan[],
  busyElsewhere: (instance: string) => readonly Stretch[],
): FrameEntry {
  const { spans, conflictMs } = fitCalls(recorded);
  const errors = new Map(spans.map(({ device, errorMs }) => [device, errorMs]));
  const sums = Object.fromEntries(parts.map((part) => [part, new Sum(errors)])) as Record<Part, Sum>;
  const whole = new Sum(errors);
  const transfers: Transfer[] = [];
  const work = new Map<string, number>();
  let parallelMs = 0;
  const stretches = stretchesOf(spans);
  for (const { from, to, part, by, workers } of stretches) {
    const ms = to.atMs - from.atMs;
    whole.add(ms, from, to);
    parallelMs += ms * Math.max(0, workers - 1);
    if (part === 'wire' && from.instance !== to.instance) transfers.push(transferOf(from, to, errors));
    const queuedMs = by !== null ? 0 : sharedMs(busyElsewhere(to.instance), from.atMs, to.atMs);
    if (part === 'compute' && by !== null) work.set(by, (work.get(by) ?? 0) + ms);
    sums.queue.add(queuedMs);
    sums[part].add(ms - queuedMs, from, to);
  }
  return {
    frame,
    startMs: stretches[0]?.from.atMs ?? 0,
    endToEnd: whole.amount,
    parts: Object.fromEntries(parts.map((part) => [part, sums[part].amount])) as Record<Part, Amount>,
    workMs: work,
    parallelMs,
    conflictMs,
    transfers,
    spans,
  };
}

/** A sum of stretches and its dependence on each device's clock: +1 per stretch that ends there, -1 per start. */
class Sum {
  private ms = 0;
  private readonly clocks = new Map<string, number>();

  constructor(private readonly errors: ReadonlyMap<string, number | null>) {}

  add(ms: number, from?: Stop, to?: Stop): void {
    this.ms += ms;
    if (from === undefined || to === undefined) return;
    this.clocks.set(to.device, (this.clocks.get(to.device) ?? 0) + 1);
    this.clocks.set(from.device, (this.clocks.get(from.device) ?? 0) - 1);
  }

  get amount(): Amount {
    let errorMs: number | null = 0;
    for (const [device, times] of this.clocks) {
      const error = times === 0 ? 0 : (this.errors.get(device) ?? null);
      errorMs = error === null || errorMs === null ? null : errorMs + Math.abs(times) * error;
    }
    return { ms: this.ms, errorMs };
  }
}

function transferOf(from: Stop, to: Stop, errors: ReadonlyMap<string, number | null>): Transfer {
  const [a, b] = [errors.get(from.device) ?? null, errors.get(to.device) ?? null];
  const errorMs = from.device === to.device ? 0 : a === null || b === null ? null : a + b;
  return { from: from.instance, to: to.instance, startMs: from.atMs, endMs: to.atMs, errorMs };
}
