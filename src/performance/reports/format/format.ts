import { basename } from 'node:path';
import type { Performance } from '../../opening/index.js';
import type { Row, Table } from '../../tables/index.js';

/** What to write, and where. */
export interface ReportJob {
  readonly performance: Performance;
  /** The tables that the report shows, in this order. */
  readonly tables: readonly Table[];
  /** An existing folder. */
  readonly outputDir: string;
  /** The rows of a table in batches, with progress events; throws if the work is aborted. */
  readonly batches: (table: Table) => AsyncIterable<readonly Row[]>;
  /** Takes a sentence about values that the format had to change. */
  readonly note?: (text: string) => void;
}

/** A report format. To add one, write a file and add a line to registry.ts. */
export interface ReportFormat {
  /** As users name it, e.g. `csv`. */
  readonly name: string;
  /**
   * Writes its files; each is written whole, and none is replaced before all are complete.
   * @returns the paths of the files, the most useful first
   */
  write(job: ReportJob): Promise<string[]>;
  /** A line of Python or shell that loads the files, e.g. `pd.read_csv('...')`. */
  load(paths: readonly string[]): string;
}

/** The most useful file: the results, or the first file without them. */
export function mainFile(paths: readonly string[]): string {
  return paths.find((path) => basename(path).startsWith('results.')) ?? paths[0] ?? '';
}

/** Text as a Python literal. */
export function pythonText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
