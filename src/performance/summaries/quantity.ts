/** When a row was recorded, and how sure that is: no result. */
const times = new Set(['time_s', 'clock_error_ms', 'monotonic_s']);
const unitAtEnd = /_(ns|us|ms|s|min|h|bytes|kb|mb|gb|percent|w|mw|j|mj|hz|mhz|c)$/;

/**
 * Whether a column of results is something that was measured. A quantity carries its unit in its name (`total_ms`,
 * `sent_bytes`); a class or a frame number has no median.
 */
export function isQuantity(column: string): boolean {
  return unitOf(column) !== null;
}

/** The unit of a quantity, by its name; null for what is none. */
export function unitOf(column: string): string | null {
  const unit = times.has(column) ? undefined : unitAtEnd.exec(column)?.[1];
  return unit === undefined ? null : unit === 'percent' ? '%' : unit;
}
