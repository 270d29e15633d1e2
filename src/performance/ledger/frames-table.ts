import { type Column, type Row, streamed, type Table } from '../tables/index.js';
import { framesOfTrials, trialColumnsOf } from './frames.js';
import type { FrameEntry } from './frame-ledger.js';
import { parts } from './part.js';

/**
 * The frame ledger as a table, one row per frame: its trial, start, end-to-end time and the parts that add up to it, each
 * with its clock error, which is empty if a clock that matters was not measured.
 */
export function framesTable(spans: Table): Table {
  const columns: Column[] = [
    ...trialColumnsOf(spans),
    ['frame', 'text'],
    ['start_s', 'number'],
    ...['end_to_end', ...parts, 'parallel'].flatMap((part): Column[] => [
      [`${part}_ms`, 'number'],
      [`${part}_error_ms`, 'number'],
    ]),
    ['clock_conflict_ms', 'number'],
    ['instances', 'text'],
    ['spans', 'number'],
  ];
  return streamed('frames', columns, null, async function* () {
    for await (const { leading, frames } of framesOfTrials(spans))
      yield frames.map((frame): Row => [...leading, ...cellsOf(frame)]);
  });
}

function cellsOf(entry: FrameEntry): unknown[] {
  const amounts = [entry.endToEnd, ...parts.map((part) => entry.parts[part]), entry.parallel];
  return [
    entry.frame,
    micro(entry.startMs / 1000),
    ...amounts.flatMap(({ ms, errorMs }) => [micro(ms), errorMs === null ? null : micro(errorMs)]),
    micro(entry.conflictMs),
    [...new Set(entry.spans.map(({ instance }) => instance))].join(' '),
    entry.spans.length,
  ];
}

/** Rounded, to remove the rounding error of doubles. */
function micro(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
