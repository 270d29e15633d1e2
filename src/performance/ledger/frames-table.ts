import type { Table } from '../table.js';
import { framesOfTrials, trialColumnsOf } from './frames.js';
import type { FrameEntry } from './frame-ledger.js';
import { parts } from './part.js';

/**
 * The frame ledger as a table, one row per frame: which trial, when it began, its end-to-end time and the parts that add
 * up to it, each with the error that the clocks leave; no value where a clock that matters was not measured.
 */
export function framesTable(spans: Table): Table {
  return {
    name: 'frames',
    columns: [
      ...trialColumnsOf(spans),
      'frame',
      'start_s',
      ...['end_to_end', ...parts].flatMap((part) => [`${part}_ms`, `${part}_error_ms`]),
      ...['parallel_ms', 'clock_conflict_ms', 'instances', 'spans'],
    ],
    async *rows() {
      for await (const { leading, frames } of framesOfTrials(spans))
        for (const frame of frames) yield [...leading, ...cellsOf(frame)];
    },
  };
}

function cellsOf(entry: FrameEntry): unknown[] {
  const amounts = [entry.endToEnd, ...parts.map((part) => entry.parts[part])];
  return [
    entry.frame,
    micro(entry.startMs / 1000),
    ...amounts.flatMap(({ ms, errorMs }) => [micro(ms), errorMs === null ? null : micro(errorMs)]),
    micro(entry.parallelMs),
    micro(entry.conflictMs),
    entry.instances.join(' '),
    entry.spans,
  ];
}

/** Without the digits that are only the rounding of a double. */
function micro(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
