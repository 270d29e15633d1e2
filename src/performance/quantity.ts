/** When a row was recorded, and how sure that is: no result. */
const times = new Set(['time_s', 'clock_error_ms', 'monotonic_s']);
const unit = /_(?:ns|us|ms|s|min|h|bytes|kb|mb|gb|percent|w|mw|j|mj|hz|mhz|c)$/;

/**
 * Whether a column of results is something that was measured. A quantity carries its unit in its name (`total_ms`,
 * `sent_bytes`); a class or a frame number has no median.
 */
export function isQuantity(column: string): boolean {
  return unit.test(column) && !times.has(column);
}
