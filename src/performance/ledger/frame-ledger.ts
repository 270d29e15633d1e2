import type { Amount } from './amount.js';
import { type BusyTimes, busyTimes, type Stretch } from './busy.js';
import { Clocks } from './clocks.js';
import { ErrorBounds } from './error-bounds.js';
import { endToEndOf, startOf } from './extent.js';
import { fitCalls } from './fit-calls.js';
import { type Moment, momentsOf, type State } from './moments.js';
import { type Part, parts } from './part.js';
import { gapQuantity, parallelQuantity, partQuantity, type Quantity, workQuantity } from './quantity.js';
import type { LedgerSpan } from './span.js';
import { statesOf } from './states.js';
import { type Transfer, transfersOf } from './transfers.js';

/** Above this shift of clocks, work on other frames is not followed: it is as good as unknown. */
const maxShiftMs = 10_000;

/** Where the time of one frame went: the parts add up to `endToEnd`. */
export interface FrameEntry {
  readonly frame: string;
  readonly startMs: number;
  readonly endToEnd: Amount;
  readonly parts: Readonly<Record<Part, Amount>>;
  /** `compute` per role instance; moments in which several compute are divided equally between them. */
  readonly work: ReadonlyMap<string, Amount>;
  /** Work done while another instance worked on the same frame; `parts` counts it once. */
  readonly parallel: Amount;
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
 * handles the frame next works on another frame. Every amount carries the errors of all clocks that it depends on; in a
 * round trip they cancel out.
 */
export function frameLedger(spans: readonly LedgerSpan[]): FrameEntry[] {
  const byFrame = new Map<string, LedgerSpan[]>();
  for (const span of spans) {
    const own = byFrame.get(span.frame);
    if (own === undefined) byFrame.set(span.frame, [span]);
    else own.push(span);
  }
  const busy = busyTimes(spans);
  const entries = [...byFrame].map(([frame, own]) => entryOf(frame, own, busy));
  return entries.sort((a, b) => a.startMs - b.startMs);
}

function entryOf(frame: string, recorded: readonly LedgerSpan[], busy: BusyTimes): FrameEntry {
  const clocks = new Clocks(recorded);
  const { spans, conflictMs } = fitCalls(recorded, clocks);
  const instances = [...new Set(spans.map(({ instance }) => instance))];
  const unknown = clocks.widestMs > maxShiftMs;
  const elsewhere = new Map<string, readonly Stretch[]>();
  for (const instance of instances)
    elsewhere.set(instance, busy.withoutFrame(instance, frame, unknown ? 0 : clocks.widestMs));
  const moments = momentsOf(spans, elsewhere, clocks);
  const states = statesOf(moments);
  const bounds = new ErrorBounds({ spans, moments, states }, clocks);
  const othersWork = instances.some((instance) =>
    unknown ? busy.hasOther(instance, frame) : (elsewhere.get(instance) ?? []).length > 0,
  );
  const queueUnknown = unknown && othersWork;
  const endToEnd = endToEndOf(moments, clocks);
  const gapsMs = totalMs(moments, states, gapQuantity) + (bounds.errorMs(gapQuantity) ?? Infinity);
  const work = new Map<string, Amount>();
  for (const instance of instances) {
    const most = sumOf(spans, (span) => span.instance === instance && span.part === 'compute');
    if (most > 0) work.set(instance, amountOf(workQuantity(instance), most));
  }
  return {
    frame,
    startMs: startOf(moments),
    endToEnd,
    parts: Object.fromEntries(parts.map((part) => [part, amountOfPart(part)])) as Record<Part, Amount>,
    work,
    parallel: amountOf(
      parallelQuantity(instances.length),
      sumOf(spans, ({ part }) => part === 'compute' || part === 'serialize'),
    ),
    conflictMs,
    transfers: transfersOf(states, clocks),
    spans,
  };

  function amountOfPart(part: Part): Amount {
    const quantity = partQuantity(part);
    const gapless = !quantity.hasGaps || (part === 'queue' && !othersWork);
    const most = sumOf(spans, (span) => span.part === part) + (gapless ? 0 : gapsMs);
    const amount = amountOf(quantity, most);
    return quantity.hasGaps && queueUnknown ? { ...amount, errorMs: null } : amount;
  }

  /** @param mostMs what it cannot exceed, besides the time of the frame */
  function amountOf(quantity: Quantity, mostMs: number): Amount {
    const ms = totalMs(moments, states, quantity);
    const errorMs = mostMs === 0 ? 0 : bounds.errorMs(quantity);
    if (errorMs === null) return { ms, errorMs };
    const longestMs = endToEnd.errorMs === null ? Infinity : endToEnd.ms + endToEnd.errorMs;
    const limitMs = Math.min(mostMs, quantity.hasGaps ? longestMs : Infinity);
    return { ms, errorMs: Math.min(errorMs, Math.max(ms, limitMs - ms)) };
  }
}

function sumOf(spans: readonly LedgerSpan[], counts: (span: LedgerSpan) => boolean): number {
  return spans.reduce((sum, span) => sum + (counts(span) ? span.endMs - span.startMs : 0), 0);
}

/** The states of a frame times their levels of a quantity. */
function totalMs(moments: readonly Moment[], states: readonly State[], quantity: Quantity): number {
  let sum = 0;
  for (const [index, state] of states.entries()) {
    const [from, to] = [moments[index], moments[index + 1]];
    if (from !== undefined && to !== undefined) sum += (to.atMs - from.atMs) * quantity.level(state);
  }
  return sum;
}
