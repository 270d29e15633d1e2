import { CallChoice } from './call-choice.js';
import type { ClockGroup, Clocks } from './clocks.js';
import type { FittedSpan, LedgerSpan } from './span.js';

/** Smaller differences are rounding errors of doubles in milliseconds. */
const roundingMs = 1e-6;

/** The spans of a frame after `fitCalls`. */
interface Fitted {
  readonly spans: readonly FittedSpan[];
  /** By how much a clock had to be moved beyond its error bound; 0 if the clocks agree. */
  readonly conflictMs: number;
}

/**
 * Work that another device does for a call cannot start before the call or end after it. If clock errors make it appear
 * to, its spans are moved by the smallest amount that fits; durations do not change. Each span also gets the group with
 * which it shifts, however wrong the clocks are within their errors: work that a call confines shifts less than its clock.
 */
export function fitCalls(spans: readonly LedgerSpan[], clocks: Clocks): Fitted {
  const calls = spans.filter(({ part }) => part === 'call');
  const blocks = new Map<LedgerSpan, Map<string, Block>>();
  /** The blocks that a span may belong to, if there are several. */
  const alone = new Map<LedgerSpan, readonly Block[]>();
  const chosen = new Map<LedgerSpan, Block>();
  for (const span of spans) {
    const choice = CallChoice.of(span, calls, clocks);
    if (choice === null) continue;
    const possible = choice.possible.map((at) => blockOf(at, span.instance));
    for (const block of possible) block.possible.push(span);
    const block = blockOf(choice.best, span.instance);
    block.within.push(span);
    chosen.set(span, block);
    if (possible.length > 1) alone.set(span, possible);
  }
  let conflictMs = 0;
  for (const block of [...blocks.values()].flatMap((own) => [...own.values()])) {
    if (block.within.length === 0) continue;
    block.byMs = smallestMoveMs(block.call, block.within);
    block.group = groupOf(block, clocks);
    if (Math.abs(block.byMs) <= roundingMs) continue;
    const boundMs =
      (block.call.errorMs ?? Infinity) + Math.max(...block.within.map(({ errorMs }) => errorMs ?? Infinity));
    conflictMs = Math.max(conflictMs, Math.abs(block.byMs) - boundMs);
  }
  return { spans: spans.map(fitted), conflictMs };

  function blockOf(call: LedgerSpan, instance: string): Block {
    const own = blocks.get(call) ?? new Map<string, Block>();
    blocks.set(call, own);
    const block = own.get(instance) ?? new Block(call);
    own.set(instance, block);
    return block;
  }

  function fitted(span: LedgerSpan): FittedSpan {
    const block = chosen.get(span);
    const own = clocks.groupOf(span.device);
    if (block === undefined) return { ...span, group: own };
    const among = alone.get(span);
    const group = among === undefined ? (block.group ?? own) : movedGroup(among, block.byMs, own, clocks);
    const { startMs: fromMs, endMs: untilMs } = block.call;
    const isMoved = Math.abs(block.byMs) > roundingMs;
    // Rounding must not put it outside of the call again.
    const into = (atMs: number) => (isMoved ? Math.min(Math.max(atMs + block.byMs, fromMs), untilMs) : atMs);
    const [startMs, endMs] = [into(span.startMs), into(span.endMs)];
    return { ...span, startMs, endMs, group, touches: touched(startMs, endMs, block.call) };
  }
}

/** What one instance does inside one call. */
class Block {
  /** Spans that belong to it according to the clocks. */
  readonly within: LedgerSpan[] = [];
  /** Spans that may belong to it, if the clocks are wrong within their errors. */
  readonly possible: LedgerSpan[] = [];
  /** How far its spans are moved. */
  byMs = 0;
  group: ClockGroup | null = null;
  private extent: readonly [startMs: number, endMs: number] | null = null;

  constructor(readonly call: LedgerSpan) {}

  /** First start and last end of `possible`, once it is complete. */
  get possibleExtent(): readonly [startMs: number, endMs: number] {
    return (this.extent ??= extentOf(this.possible));
  }
}

/** The group of those spans of a block that belong to no other one, however wrong the clocks are. */
function groupOf(block: Block, clocks: Clocks): ClockGroup {
  const { call, within, possible, byMs } = block;
  const device = within[0]?.device ?? '';
  const own = clocks.groupOf(device);
  const errorMs = clocks.betweenMs(call.device, device);
  if (possible.length > within.length || within.some((span) => !possible.includes(span)))
    return movedGroup([block], byMs, own, clocks);
  const [startMs, endMs] = extentOf(within);
  if (endMs - startMs > call.endMs - call.startMs) return own;
  // By how much it may shift, relative to where it is recorded, before it leaves the call.
  const [low, high] = [call.startMs - startMs, call.endMs - endMs];
  if (-errorMs >= low && errorMs <= high) return own;
  const clamp = (ms: number) => Math.min(Math.max(ms, low), high);
  return { base: call.device, lowMs: clamp(-errorMs) - clamp(0), highMs: clamp(errorMs) - clamp(0) };
}

/** The group of spans that one of several blocks moves, with whichever spans it then has. */
function movedGroup(blocks: readonly Block[], byMs: number, own: ClockGroup, clocks: Clocks): ClockGroup {
  let [lowMs, highMs] = [0, 0];
  for (const { call, possibleExtent } of blocks) {
    const [startMs, endMs] = possibleExtent;
    const errorMs = clocks.betweenMs(call.device, own.base);
    lowMs = Math.min(lowMs, call.endMs - endMs - errorMs);
    highMs = Math.max(highMs, call.startMs - startMs + errorMs);
  }
  if (lowMs === 0 && highMs === 0 && byMs === 0) return own;
  return { base: own.base, lowMs: lowMs - byMs, highMs: highMs - byMs };
}

/** 0 if the block is within the call, or is longer than the call and cannot fit. */
function smallestMoveMs(call: LedgerSpan, block: readonly LedgerSpan[]): number {
  const [startMs, endMs] = extentOf(block);
  if (endMs - startMs > call.endMs - call.startMs) return 0;
  if (startMs < call.startMs) return call.startMs - startMs;
  return endMs > call.endMs ? call.endMs - endMs : 0;
}

/** Which end of a call a span without a duration touches. */
function touched(startMs: number, endMs: number, call: LedgerSpan): 'start' | 'end' | null {
  if (startMs !== endMs) return null;
  return endMs === call.endMs ? 'end' : startMs === call.startMs ? 'start' : null;
}

function extentOf(spans: readonly LedgerSpan[]): [number, number] {
  let [startMs, endMs] = [Infinity, -Infinity];
  for (const span of spans) {
    startMs = Math.min(startMs, span.startMs);
    endMs = Math.max(endMs, span.endMs);
  }
  return [startMs, endMs];
}
