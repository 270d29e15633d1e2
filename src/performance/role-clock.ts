import type { ClockOffset } from '../logs/run-record.js';

/** One moment on both of a device's clocks. */
interface ClockAnchor {
  monotonicS: number;
  realtimeS: number;
}

/** Puts a device's monotonic seconds on the controller's clock. */
export interface RoleClock {
  /** Seconds since the start of the run, to the microsecond. */
  timeS(monotonicS: number): number;
  date(monotonicS: number): Date;
  /** The times lie within +- this; null when the device's clock was not measured against the controller's. */
  readonly errorMs: number | null;
}

/**
 * @param offset device minus controller; null when it was not measured: the times are then the device's own
 * @param runStartedMs start of the run on the controller's clock, milliseconds since 1970
 */
export function roleClock(
  anchor: ClockAnchor,
  offset: Pick<ClockOffset, 'offset_ms' | 'error_ms'> | null,
  runStartedMs: number,
): RoleClock {
  const controllerMs = (monotonicS: number) =>
    (anchor.realtimeS + (monotonicS - anchor.monotonicS)) * 1000 - (offset?.offset_ms ?? 0);
  return {
    timeS: (monotonicS) => Math.round((controllerMs(monotonicS) - runStartedMs) * 1000) / 1e6,
    date: (monotonicS) => new Date(Math.round(controllerMs(monotonicS))),
    errorMs: offset?.error_ms ?? null,
  };
}
