import { mkdir } from 'node:fs/promises';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { type PerformanceEvent, throttle } from '../reading/index.js';
import type { Performance } from '../opening/index.js';
import type { Row, Table, TableName } from '../tables/index.js';
import type { ReportFormat } from './format/index.js';
import { reportFormats } from './registry.js';

export interface WriteOptions {
  /** Tables to write; by default all but `samples_long`, which repeats the numbers of `samples`. */
  readonly tables?: readonly TableName[];
  readonly emit?: (event: PerformanceEvent) => void;
  readonly signal?: AbortSignal;
}

export interface WrittenReport {
  readonly format: string;
  readonly files: readonly string[];
  /** A line of Python or shell that loads it. */
  readonly load: string;
  /** Values that the format had to change, e.g. truncated text. */
  readonly notes: readonly string[];
}

/** @throws CollabError `no-such-format` */
export function reportFormat(name: string): ReportFormat {
  const chosen = reportFormats.find((format) => format.name === name);
  if (chosen !== undefined) return chosen;
  throw new CollabError('no-such-format', {
    what: `There is no report format '${name}'.`,
    next: `Choose one of: ${reportFormats.map((format) => format.name).join(', ')}`,
    exitCode: ExitCode.usage,
  });
}

/**
 * Writes a report to a folder, which is created if needed.
 * @param format name of one of `reportFormats`
 * @throws CollabError `no-such-format`, `no-such-table` or `report-not-written`; a report that fails leaves no file
 */
export async function writeReport(
  performance: Performance,
  format: string,
  outputDir: string,
  options: WriteOptions = {},
): Promise<WrittenReport> {
  const chosen = reportFormat(format);
  const tables = options.tables?.map((name) => performance.table(name)) ?? performance.tables;
  try {
    await mkdir(outputDir, { recursive: true });
    const batches = (table: Table) => withProgress(table, format, options);
    const notes: string[] = [];
    const note = (text: string) => notes.push(text);
    const files = await chosen.write({ performance, tables, outputDir, batches, note });
    return { format, files, load: chosen.load(files, tables), notes };
  } catch (error) {
    throw notWritten(error, format, outputDir);
  }
}

/** An error of the file system as one that says what to do; any other as it is. */
export function notWritten(error: unknown, format: string, outputDir: string): unknown {
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new CollabError('report-not-written', {
    what: `The ${format} report could not be written to ${outputDir}.`,
    why: messageOf(error),
    next: 'Choose another folder with --output, or free up space and check the permissions of this one.',
    exitCode: ExitCode.usage,
    cause: error,
  });
}

async function* withProgress(
  table: Table,
  format: string,
  { emit, signal }: WriteOptions,
): AsyncGenerator<readonly Row[]> {
  let rows = 0;
  const emitThrottled = throttle(emit);
  for await (const batch of table.batches()) {
    signal?.throwIfAborted();
    yield batch;
    rows += batch.length;
    emitThrottled({ kind: 'report.writing', format, table: table.name, rows, total_rows: table.length });
  }
}
