import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CollabError } from '../../errors.js';
import { readRunOrRebuild, type RunRecord } from '../../logs/index.js';
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
import { nowAndThen, type PerformanceEvent } from '../reading/index.js';
import { type Combination, type MetricSummary, Repeats } from '../summaries/index.js';
import { framesTable } from '../ledger/index.js';
import { longFiles, openRun } from './open-run.js';
import type { Validity } from '../validity/index.js';

export interface OpenOptions {
  /** Told of the progress over the files. */
  readonly emit?: (event: PerformanceEvent) => void;
  readonly signal?: AbortSignal;
}

/**
 * What came out of runs: tables whose rows are read from the runs' folders as they are asked for. Needs those folders and
 * nothing else, and gives what there is of a running, failed, interrupted or broken run; `notes` says what is missing.
 */
export class Performance {
  private constructor(
    readonly runs: readonly OpenedRun[],
    /** Every metric over the measured repeats; also the table `summary`. */
    readonly summaries: readonly MetricSummary[],
    /** Runs that cannot be read, with the reason. */
    private readonly leftOut: readonly string[],
    /** All of them, `samples_long` last: it has the same numbers as `samples`. */
    private readonly all: readonly Table[],
  ) {}

  /** What a report shows when nothing else is asked for. */
  get tables(): readonly Table[] {
    return this.all.filter(({ name }) => name !== 'samples_long');
  }

  table(name: TableName): Table {
    const table = this.all.find((each) => each.name === name);
    if (table === undefined) throw new Error(`There is no table ${name}.`);
    return table;
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

  /** Of all runs; with several, each note begins with its run. */
  get notes(): readonly string[] {
    if (this.runs.length === 1 && this.leftOut.length === 0) return this.runs[0]?.notes ?? [];
    const told = this.runs.flatMap(({ record, notes }) => notes.map((note) => `${record.run_id}: ${note}`));
    return [...this.leftOut, ...told];
  }

  /**
   * Passes once over the files of one or many runs, to know every column; a run that goes on is seen as it is now.
   * @throws CollabError when the folder, or every one of several, has neither a valid run.json nor a journal of a run; what the signal says when it is aborted
   */
  static async open(folders: string | readonly string[], options: OpenOptions = {}): Promise<Performance> {
    const found: { folder: string; record: RunRecord }[] = [];
    const leftOut: string[] = [];
    const wanted = typeof folders === 'string' ? [folders] : [...new Set(folders)];
    for (const folder of wanted) {
      try {
        found.push({ folder, record: await readRunOrRebuild(folder) });
      } catch (error) {
        if (!(error instanceof CollabError) || wanted.length === 1) throw error;
        leftOut.push(`${basename(folder)} is left out: ${error.what} ${error.why ?? ''}`.trim());
        if (leftOut.length === wanted.length) throw error;
      }
    }
    const leading = new LeadingColumns(
      found.map(({ record }) => record),
      takenColumns(),
    );
    const repeats = new Repeats();
    const progress = await readingProgress(found, options);
    const runs: OpenedRun[] = [];
    for (const { folder, record } of found)
      runs.push(await openRun(folder, record, leading, repeats, progress));
    const sources = runs.flatMap(({ instances }) => instances);
    const { summaries } = repeats;
    const spans = spansTable(
      leading,
      sources.map(({ instance, spans }) => ({ instance, scanned: spans })),
    );
    return new Performance(runs, summaries, leftOut, [
      runsTable(runs),
      validityTable(runs),
      summaryTable(leading, summaries),
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

/** No parameter is called like one of these. */
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
  const tell = nowAndThen(emit);
  return (bytes) => {
    signal?.throwIfAborted();
    readBytes += bytes;
    tell({ kind: 'report.reading', read_bytes: readBytes, total_bytes: totalBytes });
  };
}
