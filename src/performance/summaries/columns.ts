/** Why a column of results has no statistics. */
export type WithoutStatistics =
  'identifier' | 'row number' | 'parameter' | 'text' | 'true or false' | 'nested' | 'not finite' | 'empty';

/** A column of results that is in the tables but has no statistics. */
export interface ColumnWithoutStatistics {
  readonly role: string;
  readonly column: string;
  readonly reason: WithoutStatistics;
  /** Number of rows that have it. */
  readonly rows: number;
}

/** When the row was recorded: shown as a time in all tables. */
export const rowTime = 'monotonic_s';

/** Numbers that name something. */
const identifiers = new Set(
  'frame index id pid seed class label epoch step iteration trial repeat rank warmup'.split(' '),
);
const identifierAtEnd = /_(?:id|index|class|label|seed)$/;
const unitAtEnd = /_(ns|us|ms|s|min|h|bytes|kb|mb|gb|percent|w|mw|j|mj|hz|mhz|c)$/;

/**
 * Whether the numbers of a column name something, as frames, seeds, and classes do: their median means nothing. Decided by
 * the column's name alone; every other column of numbers is a quantity, with or without a unit.
 */
export function isIdentifier(column: string): boolean {
  return identifiers.has(column) || identifierAtEnd.test(column);
}

/** The unit in the name of a quantity (`total_ms`); null for one without a unit (`accuracy`). */
export function unitOf(column: string): string | null {
  const unit = unitAtEnd.exec(column)?.[1];
  return unit === undefined ? null : unit === 'percent' ? '%' : unit;
}

/** Units that are written otherwise than in names. */
const writtenUnits: Readonly<Record<string, string>> = {
  us: 'µs',
  kb: 'kB',
  mb: 'MB',
  gb: 'GB',
  w: 'W',
  mw: 'mW',
  j: 'J',
  mj: 'mJ',
  c: '°C',
  hz: 'Hz',
  mhz: 'MHz',
};

/** The unit of a quantity as readers know it: ms for `total_ms`; empty for one without a unit, like `accuracy`. */
export function writtenUnit(quantity: string): string {
  const unit = unitOf(quantity) ?? '';
  return writtenUnits[unit] ?? unit;
}

/** `total (ms)` for `total_ms`, `accuracy` for `accuracy`. */
export function headingOf(quantity: string): string {
  const unit = writtenUnit(quantity);
  return unit === '' ? quantity : `${quantity.slice(0, quantity.lastIndexOf('_'))} (${unit})`;
}
