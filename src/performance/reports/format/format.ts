import { basename } from 'node:path';
import type { Performance } from '../../opening/index.js';
import type { Row, Table } from '../../tables/index.js';

/** What is to be written down, and where. */
export interface ReportJob {
  readonly performance: Performance;
  /** The tables that the report shows, in this order. */
  readonly tables: readonly Table[];
  /** A folder that is there. */
  readonly outputDir: string;
  /** The rows of a table by batches, telling of the progress; throws when the work is to end. */
  readonly batches: (table: Table) => AsyncIterable<readonly Row[]>;
  /** Takes a sentence about what the format had to change in the values. */
  readonly note?: (text: string) => void;
}

/** A form in which a performance is written down. A new one is a file and a line in registry.ts. */
export interface ReportFormat {
  /** As users name it, e.g. `csv`. */
  readonly name: string;
  /**
   * Writes its files, whole or not at all.
   * @returns the paths of the files, in the order in which a reader wants them
   */
  write(job: ReportJob): Promise<string[]>;
  /** A line of Python or shell that loads what was written, e.g. `pd.read_csv('...')`. */
  load(paths: readonly string[]): string;
}

/** The file that a reader most likely wants: results, unless they were left out. */
export function mainFile(paths: readonly string[]): string {
  return paths.find((path) => basename(path).startsWith('results.')) ?? paths[0] ?? '';
}

/** Text as a Python literal. */
export function pythonText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
