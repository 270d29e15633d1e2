import type { ClockOffset } from './records/index.js';

/**
 * The rate of a device's monotonic clock relative to the controller's, in parts per million, from the first measurement to
 * the last. The error bound follows from the errors of those two. Setting the wall clock in between has no effect.
 * @returns null with fewer than two measurements of the monotonic clock.
 */
export function driftOf(
  measurements: readonly ClockOffset[],
): { drift_ppm: number; drift_error_ppm: number } | null {
  const read = measurements.filter(
    (one) => typeof one.monotonic_s === 'number' && one.controller_ms !== undefined,
  );
  const [first, last] = [read[0], read.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const controllerMs = (last.controller_ms ?? 0) - (first.controller_ms ?? 0);
  const deviceMs = ((last.monotonic_s ?? 0) - (first.monotonic_s ?? 0)) * 1000;
  if (controllerMs <= 0) return null;
  return {
    drift_ppm: (deviceMs / controllerMs - 1) * 1e6,
    drift_error_ppm: ((first.error_ms + last.error_ms) / controllerMs) * 1e6,
  };
}
