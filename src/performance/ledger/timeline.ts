import type { FrameEntry, Transfer } from './frame-ledger.js';
import type { TrialFrames } from './frames.js';
import type { LedgerSpan } from './span.js';

/** One role instance on the axis. */
export interface Lane {
  readonly instance: string;
  readonly device: string;
  /** Bound of the device's clock; null when it was not measured. */
  readonly errorMs: number | null;
  /** Rows that its spans need so that none covers another. */
  readonly rows: number;
}

interface PlacedSpan {
  readonly span: LedgerSpan;
  readonly lane: number;
  /** 0 is the outermost. */
  readonly row: number;
}

/** One trial on one axis: all spans of all roles, and what went from one role instance to another. */
export interface Timeline {
  readonly lanes: readonly Lane[];
  /** In the order of their begins. */
  readonly spans: readonly PlacedSpan[];
  readonly transfers: readonly (Transfer & { readonly frame: string })[];
  /** Begin and end of each frame that is shown, in order. */
  readonly frames: readonly { readonly name: string; readonly startMs: number; readonly endMs: number }[];
  /** Spans that did not fit in. */
  readonly leftOut: number;
}

/** Pure. @param most spans that it holds; whole frames first, in their order, then spans without a frame */
export function timelineOf({ frames, others }: TrialFrames, most: number): Timeline {
  const shown: FrameEntry[] = [];
  let room = most;
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
    leftOut: all - spans.length,
  };
}

interface OpenLane {
  readonly lane: Omit<Lane, 'rows'>;
  /** When the last span of each row ends. */
  readonly ends: number[];
  readonly placed: PlacedSpan[];
}

/** Puts each span into the first row of its lane that is free: an enclosing span comes before what it encloses. */
function lanesOf(spans: readonly LedgerSpan[]): OpenLane[] {
  const lanes = new Map<string, OpenLane>();
  for (const { instance, device, errorMs } of spans)
    if (!lanes.has(instance))
      lanes.set(instance, { lane: { instance, device, errorMs }, ends: [], placed: [] });
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
