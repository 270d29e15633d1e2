import { existsSync } from 'node:fs';
import { resultRecord, spanRecord, type ResultRecord, type SpanRecord } from '../logs/role-records.js';
import { readRun } from '../logs/read-run.js';
import type { RunRecord } from '../logs/run-record.js';
import { LeadingColumns } from './columns.js';
import { framesTable } from './ledger/frames-table.js';
import { Notes } from './notes.js';
import { combinationsOf, type Combination } from './combinations.js';
import { Recorded } from './recorded.js';
import { readRoleInstance, type RoleInstance } from './role-instance.js';
import { noteRun } from './run-notes.js';
import { scanRecords, scanSamples, type ScannedSamples } from './scan.js';
import type { Table } from './table.js';
import { resultsTable, spansTable, type RecordSource } from './tables/records.js';
import { samplesTable } from './tables/samples.js';
import { summaryTable } from './tables/summary.js';
import type { InstanceEvidence } from './validity/evidence.js';
import { judge, type Validity } from './validity/validity.js';
import { validityTable } from './validity/validity-table.js';

/**
 * What came out of a run: tables whose rows are read from the run's folder as they are asked for. Needs that folder and
 * nothing else, and gives what there is of a running, failed, interrupted or broken run; `notes` says what is missing.
 */
export class Performance {
  private constructor(
    readonly folder: string,
    readonly run: RunRecord,
    readonly notes: readonly string[],
    /** Whether the numbers can be relied on, as far as the log tells. */
    readonly validity: Validity,
    /** What each combination of parameter values came to. */
    readonly combinations: readonly Combination[],
    /** One row per trial and role instance. */
    readonly summary: Table,
    readonly samples: Table,
    readonly results: Table,
    readonly spans: Table,
  ) {}

  get tables(): readonly Table[] {
    return [this.summary, this.samples, this.results, this.spans, this.frames, this.verdict];
  }

  /** The frame ledger: where the end-to-end time of each frame went. */
  get frames(): Table {
    return framesTable(this.spans);
  }
  /** The validity as a table. */
  get verdict(): Table {
    return validityTable(this.run.run_id, this.validity);
  }

  /**
   * Reads the folder once, to know every column; a run that goes on is seen as it is at this moment.
   * @throws CollabError when the folder has no valid run.json
   */
  static async open(runFolder: string): Promise<Performance> {
    const run = await readRun(runFolder);
    const notes = new Notes();
    const leading = new LeadingColumns(run);
    const summary: { instance: RoleInstance; samples: ScannedSamples; results: number }[] = [];
    const results: RecordSource<ResultRecord>[] = [];
    const spans: RecordSource<SpanRecord>[] = [];
    const evidence: InstanceEvidence[] = [];
    const recorded = new Recorded();
    const columns = leading.withParameters;
    for (const trial of run.trials) {
      for (const placed of run.placement) {
        const instance = await readRoleInstance(runFolder, run, trial, placed, notes);
        const values = leading.valuesWithParameters(instance);
        const lead = new Map(columns.map((column, index) => [column, values[index]]));
        const samples = await scanSamples(instance, notes);
        const rows = await scanRecords(instance, 'results', resultRecord, lead, notes, (record) =>
          recorded.add(instance, record),
        );
        const timed = await scanRecords(instance, 'spans', spanRecord, lead, notes);
        results.push({ instance, scanned: rows });
        spans.push({ instance, scanned: timed });
        summary.push({ instance, samples, results: rows.records });
        const files = [
          ['samples', samples.lines],
          ['results', rows.lines],
          ['spans', timed.lines],
        ] as const;
        evidence.push({ instance, samples, spans: timed.records, files });
      }
    }
    const missing = new Set(
      summary.filter(({ instance }) => !existsSync(instance.folder)).map(({ instance }) => instance),
    );
    noteRun(run, summary, missing, notes);
    const quantities = recorded.quantities();
    return new Performance(
      runFolder,
      run,
      notes.all,
      judge({ run, instances: evidence, recorded: quantities }),
      combinationsOf(run, quantities),
      summaryTable(leading, summary),
      samplesTable(leading, summary),
      resultsTable(leading, results),
      spansTable(leading, spans),
    );
  }
}
