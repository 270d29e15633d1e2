import type { Table } from '../table.js';
import type { Validity } from './validity.js';

/** The verdict as a table: a row per finding, and one without a finding when there is none. */
export function validityTable(runId: string, { verdict, findings }: Validity): Table {
  return {
    name: 'validity',
    columns: ['run_id', 'verdict', 'level', 'check', 'finding'],
    // eslint-disable-next-line @typescript-eslint/require-await
    async *rows() {
      if (findings.length === 0) yield [runId, verdict, null, null, null];
      for (const { level, check, text } of findings) yield [runId, verdict, level, check, text];
    },
  };
}
