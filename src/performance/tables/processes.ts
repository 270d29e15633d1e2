import { join } from 'node:path';
import { JsonLines, processRecord, roleFiles } from '../../logs/index.js';
import { type LeadingColumns, timeCells, timeColumns } from './columns.js';
import type { ReadInstance } from '../reading/index.js';
import { type Column, streamed, type Table } from './table.js';

const columns: readonly Column[] = [
  ...timeColumns,
  ['pid', 'number'],
  ['parent', 'number'],
  ['command', 'text'],
  ['cpu_percent', 'number'],
  ['memory_resident_bytes', 'number'],
];

/**
 * A row per process of a role and reading. A process whose memory did not change and that used no CPU since the previous
 * reading has no row; the first row of a process has no CPU percentage.
 */
export function processesTable(leading: LeadingColumns, sources: readonly ReadInstance[]): Table {
  return streamed('processes', [...leading.withoutParameters, ...columns], null, async function* () {
    for (const { instance } of sources) {
      const start = leading.valuesWithoutParameters(instance);
      const path = join(instance.folder, roleFiles.processes);
      for await (const batch of new JsonLines(path, processRecord).batches())
        yield batch.map((row) => [
          ...start,
          ...timeCells(instance.clock, row.monotonic_s),
          row.pid,
          row.parent,
          row.command,
          row.cpu_percent,
          row.memory_resident_bytes,
        ]);
    }
  });
}
