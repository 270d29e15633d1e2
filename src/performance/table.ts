/** A value of a row: what JSON has, or a Date; undefined where the row has no such value. Numbers are finite. */
export type Value = unknown;

/** Rows that are read from the run's folder as they are asked for, each as long as `columns`. */
export interface Table {
  readonly name: 'summary' | 'samples' | 'results' | 'spans' | 'frames' | 'validity';
  readonly columns: readonly string[];
  rows(): AsyncIterable<readonly Value[]>;
}
