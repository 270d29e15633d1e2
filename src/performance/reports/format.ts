import type { Performance } from '../performance.js';

/** A form in which a performance is written down. A new one is a file and a line in registry.ts. */
export interface ReportFormat {
  /** As users name it, e.g. `csv`. */
  readonly name: string;
  /**
   * Writes its files into a folder that is there, whole or not at all.
   * @returns the paths of the files, in the order in which a reader wants them
   */
  write(performance: Performance, outputDir: string): Promise<string[]>;
}
