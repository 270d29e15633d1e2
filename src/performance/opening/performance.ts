import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { readSettledRun, type RunRecord } from '../../logs/index.js';
import {
  countColumns,
  devicesTable,
  eventsTable,
  exitColumns,
  LeadingColumns,
  longSamplesTable,
  metricColumns,
  metricsTable,
  type OpenedRun,
  processesTable,
  replicationTable,
  resultsTable,
  rolesTable,
  runsTable,
  samplesTable,
  spanColumns,
  spansTable,
  summaryColumns,
  summaryTable,
  type Table,
  type TableName,
  trialsTable,
  trialStateColumns,
  validityTable,
} from '../tables/index.js';
import { type PerformanceEvent, throttle } from '../reading/index.js';
import { type Combination, type MetricSummary } from '../summaries/index.js';
import { framesTable } from '../ledger/index.js';
import { longFiles, openRun } from './open-run.js';
import type { Validity } from '../validity/index.js';

export interface OpenOptions {
  /** Receives the progress of reading. */
  readonly emit?: (event: PerformanceEvent) => void;
  readonly signal?: AbortSignal;
}

/**
 * The performance of one or more runs: tables whose rows are read from the run folders on demand. It needs nothing but
 * those folders, and shows what is available of a running, failed, interrupted or broken run; `notes` lists what is missing.
 */
export class Performance {
  private constructor(
    readonly runs: readonly OpenedRun[],
    /** Every metric over the measured repeats; same as the table `summary`. */
    readonly summaries: readonly MetricSummary[],
    /** Runs that cannot be read, with the reason. */
    private readonly leftOut: readonly string[],
    /** All tables; `samples_long` is last because it repeats the numbers of `samples`. */
    private readonly all: readonly Table[],
  ) {}

  /** The tables of a report by default. */
  get tables(): readonly Table[] {
    return this.all.filter(({ name }) => name !== 'samples_long');
  }

  /** @throws CollabError `no-such-table` for a table that these runs have not */
  table(name: TableName): Table {
    const table = this.all.find((each) => each.name === name);
    if (table !== undefined) return table;
    throw new CollabError('no-such-table', {
      what: `There is no table '${name}' of ${this.runs.length === 1 ? 'this run' : 'these runs'}.`,
      why: 'It is there for runs that were judged as a replication.',
      next: 'Judge one with: collab replicate --judge <original> <replication>',
      exitCode: ExitCode.usage,
    });
  }

  /** The only run, or the first of several. */
  get first(): OpenedRun {
    const [first] = this.runs;
    if (first === undefined) throw new Error('There is no run.');
    return first;
  }
  get run(): RunRecord {
    return this.first.record;
  }
  get validity(): Validity {
    return this.first.validity;
  }
  get combinations(): readonly Combination[] {
    return this.first.combinations;
  }

  /** Notes on all runs; with several, each note begins with its run. */
  get notes(): readonly string[] {
    if (this.runs.length === 1 && this.leftOut.length === 0) return this.runs[0]?.notes ?? [];
    const ofRuns = this.runs.flatMap(({ record, notes }) => notes.map((note) => `${record.run_id}: ${note}`));
    return [...this.leftOut, ...ofRuns];
  }

  /**
   * Reads the files of one or more runs once, to find every column. A running run is shown as it is at that moment.
   * @throws CollabError if no folder has a valid run.json or journal; the signal's reason if it is aborted
   */
  static async open(folders: string | readonly string[], options: OpenOptions = {}): Promise<Performance> {
    const found: { folder: string; record: RunRecord }[] = [];
    const leftOut: string[] = [];
    const wanted = typeof folders === 'string' ? [folders] : [...new Set(folders)];
    for (const folder of wanted) {
      try {
        found.push({ folder, record: await readSettledRun(folder) });
      } catch (error) {
        if (!(error instanceof CollabError) || wanted.length === 1) throw error;
        leftOut.push(`${basename(folder)} was skipped: ${error.what} ${error.why ?? ''}`.trim());
        if (leftOut.length === wanted.length) throw error;
      }
    }
    const leading = new LeadingColumns(
      found.map(({ record }) => record),
      takenColumns(),
    );
    const progress = await readingProgress(found, options);
    const runs: OpenedRun[] = [];
    for (const { folder, record } of found) runs.push(await openRun(folder, record, leading, progress));
    const sources = runs.flatMap(({ instances }) => instances);
    const summaries = runs.flatMap((run) => run.summaries);
    const spans = spansTable(
      leading,
      sources.map(({ instance, spans }) => ({ instance, scanned: spans })),
    );
    const judged = replicationTable(runs);
    return new Performance(runs, summaries, leftOut, [
      runsTable(runs),
      validityTable(runs),
      ...(judged === null ? [] : [judged]),
      summaryTable(leading, runs),
      trialsTable(leading, runs),
      rolesTable(leading, sources),
      resultsTable(
        leading,
        sources.map(({ instance, results }) => ({ instance, scanned: results })),
      ),
      spans,
      framesTable(spans),
      samplesTable(leading, sources),
      processesTable(leading, sources),
      metricsTable(sources),
      devicesTable(runs),
      eventsTable(runs),
      longSamplesTable(leading, sources),
    ]);
  }
}

/** Column names that parameters must not use. */
function takenColumns(): string[] {
  const fixed = [exitColumns, countColumns, spanColumns, summaryColumns, trialStateColumns].flat();
  return [...fixed.map(([name]) => name), ...metricColumns()];
}

async function readingProgress(
  runs: readonly { folder: string; record: RunRecord }[],
  { emit, signal }: OpenOptions,
): Promise<(bytes: number) => void> {
  let totalBytes = 0;
  if (emit !== undefined)
    for (const file of runs.flatMap(({ folder, record }) => longFiles(folder, record)))
      totalBytes += (await stat(file).catch(() => ({ size: 0 }))).size;
  let readBytes = 0;
  const emitThrottled = throttle(emit);
  return (bytes) => {
    signal?.throwIfAborted();
    readBytes += bytes;
    emitThrottled({ kind: 'report.reading', read_bytes: readBytes, total_bytes: totalBytes });
  };
}
