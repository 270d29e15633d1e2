import type { ClockOffset } from './records/index.js';

/** A measurement of the monotonic clock. */
export type ClockTie = ClockOffset & { monotonic_s: number; controller_ms: number };

/**
 * The measurements of the monotonic clock, apart for each boot of the device: a run that went on after a reboot has several.
 * Within one, both clocks advance by the same time, but for their drift; a clock that does not is as after a reboot.
 */
export function measuredBoots(measurements: readonly ClockOffset[]): ClockTie[][] {
  const boots: ClockTie[][] = [];
  for (const one of measurements) {
    if (typeof one.monotonic_s !== 'number' || one.controller_ms === undefined) continue;
    const tie = one as ClockTie;
    const boot = boots.at(-1);
    const before = boot?.at(-1);
    if (boot !== undefined && before !== undefined && isLater(before, tie)) boot.push(tie);
    else boots.push([tie]);
  }
  return boots;
}

function isLater(before: ClockTie, tie: ClockTie): boolean {
  const deviceMs = (tie.monotonic_s - before.monotonic_s) * 1000;
  const controllerMs = tie.controller_ms - before.controller_ms;
  return deviceMs > 0 && controllerMs > 0 && Math.abs(deviceMs - controllerMs) < controllerMs * 0.01 + 1000;
}

/**
 * The rate of a device's monotonic clock relative to the controller's, in parts per million, from the first measurement to
 * the last of the longest time between two reboots. The error bound follows from the errors of those two. Setting the wall
 * clock in between has no effect.
 * @returns null with fewer than two measurements of the monotonic clock.
 */
export function driftOf(
  measurements: readonly ClockOffset[],
): { drift_ppm: number; drift_error_ppm: number } | null {
  const spans = measuredBoots(measurements).flatMap((boot) => {
    const [first, last] = [boot[0], boot.at(-1)];
    if (first === undefined || last === undefined || first === last) return [];
    return [{ first, last, controllerMs: last.controller_ms - first.controller_ms }];
  });
  const longest = spans.sort((a, b) => b.controllerMs - a.controllerMs)[0];
  if (longest === undefined) return null;
  const { first, last, controllerMs } = longest;
  const deviceMs = (last.monotonic_s - first.monotonic_s) * 1000;
  return {
    drift_ppm: (deviceMs / controllerMs - 1) * 1e6,
    drift_error_ppm: ((first.error_ms + last.error_ms) / controllerMs) * 1e6,
  };
}
