import type { FrameEntry } from './frame-ledger.js';
import type { TrialFrames } from './frames.js';
import type { LedgerSpan } from './span.js';
import type { Transfer } from './transfers.js';

/** One role instance on the timeline. */
export interface Lane {
  readonly instance: string;
  readonly device: string;
  /** Largest error bound of the device's clock; null if not measured for any span. */
  readonly errorMs: number | null;
  /** Number of rows that its spans need without overlapping. */
  readonly rows: number;
}

interface PlacedSpan {
  readonly span: LedgerSpan;
  readonly lane: number;
  /** 0 is the outermost. */
  readonly row: number;
}

/** One trial on one axis: the spans of all roles and the transfers between them. */
export interface Timeline {
  readonly lanes: readonly Lane[];
  /** In order of their starts. */
  readonly spans: readonly PlacedSpan[];
  readonly transfers: readonly (Transfer & { readonly frame: string })[];
  /** Start and end of each frame that is shown, in order. */
  readonly frames: readonly { readonly name: string; readonly startMs: number; readonly endMs: number }[];
  /** Number of spans that are not shown: above the limit, without a time, or with a negative duration. */
  readonly leftOut: number;
}

/** @param maxSpans limit of spans: first complete frames in order, then spans without a frame */
export function timelineOf({ frames, others, leftOut }: TrialFrames, maxSpans: number): Timeline {
  const shown: FrameEntry[] = [];
  let room = maxSpans;
  for (const frame of frames) {
    if (frame.spans.length > room) break;
    shown.push(frame);
    room -= frame.spans.length;
  }
  const loose = others.slice(0, room);
  const spans = [...shown.flatMap((frame) => frame.spans), ...loose].sort(
    (a, b) => a.startMs - b.startMs || b.endMs - a.endMs,
  );
  const lanes = lanesOf(spans);
  const all = frames.reduce((sum, frame) => sum + frame.spans.length, others.length);
  return {
    lanes: lanes.map(({ lane, ends }) => ({ ...lane, rows: ends.length })),
    spans: lanes.flatMap(({ placed }) => placed).sort((a, b) => a.span.startMs - b.span.startMs),
    transfers: shown.flatMap(({ frame, transfers }) => transfers.map((transfer) => ({ ...transfer, frame }))),
    frames: shown.map(({ frame, startMs, endToEnd }) => ({
      name: frame,
      startMs,
      endMs: startMs + endToEnd.ms,
    })),
    leftOut: leftOut + all - spans.length,
  };
}

interface OpenLane {
  readonly lane: Omit<Lane, 'rows'>;
  /** When the last span of each row ends. */
  readonly ends: number[];
  readonly placed: PlacedSpan[];
}

/** Puts each span in the first free row of its lane; an enclosing span comes before those it encloses. */
function lanesOf(spans: readonly LedgerSpan[]): OpenLane[] {
  const lanes = new Map<string, OpenLane>();
  for (const { instance, device, errorMs } of spans) {
    const before = lanes.get(instance)?.lane;
    const known = before === undefined ? 0 : before.errorMs;
    const largest = known === null || errorMs === null ? null : Math.max(known, errorMs);
    lanes.set(instance, { lane: { instance, device, errorMs: largest }, ends: [], placed: [] });
  }
  const ordered = [...lanes.values()];
  for (const span of spans) {
    const at = ordered.findIndex(({ lane }) => lane.instance === span.instance);
    const open = ordered[at];
    if (open === undefined) continue;
    const free = open.ends.findIndex((endMs) => endMs <= span.startMs + 1e-6);
    const row = free === -1 ? open.ends.length : free;
    open.ends[row] = span.endMs;
    open.placed.push({ span, lane: at, row });
  }
  return ordered;
}
