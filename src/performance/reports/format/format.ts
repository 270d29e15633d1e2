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
  /**
   * A line of Python or shell that loads the main table as it was written: values, and types as far as the format has them.
   * @param tables those that were written
   */
  load(paths: readonly string[], tables: readonly Table[]): string;
}
