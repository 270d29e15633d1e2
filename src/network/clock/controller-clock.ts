import type { ClockOffset } from '../../logs/index.js';

/** The wall clock time at which `performance.now()` was 0, in milliseconds since 1970, and its error bound (+-). */
export interface WallStart {
  readonly startMs: number;
  readonly errorMs: number;
}

/** The two clocks of the controller, in milliseconds. `wallMs` has a resolution of 1 ms. */
export interface ControllerClocks {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

const controllerClocks: ControllerClocks = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** `Date` cuts off a time in microseconds, and a double of today's date has a resolution of 0.25 us. */
const readingErrorMs = 0.001 + 0.0005;
const narrowMs = 0.01;
/** The wall clock ticks once a millisecond, so three ticks are seen within this, unless this process has to wait. */
const lookForMs = 3;

/**
 * Reads the wall clock again and again and intersects what the readings say. A reading of W that began at b and ended at a
 * (both by `performance.now()`) says that the wall clock passed W before a, and W + 1 ms after b; so `startMs` lies between
 * W - a and W + 1 - b. An interruption widens what one reading says, and cannot make it wrong.
 * If the readings contradict each other, the wall clock was set in the meantime, and this starts again.
 */
export function wallStart({ wallMs, monotonicMs }: ControllerClocks = controllerClocks): WallStart {
  let [low, high] = [-Infinity, Infinity];
  const beganMs = monotonicMs();
  let afterMs = beganMs;
  do {
    const beforeMs = afterMs;
    const readMs = wallMs();
    afterMs = monotonicMs();
    low = Math.max(low, readMs - afterMs);
    high = Math.min(high, readMs + 1 - beforeMs);
    if (high < low - 2 * readingErrorMs) [low, high] = [readMs - afterMs, readMs + 1 - beforeMs];
  } while (high - low > narrowMs && afterMs - beganMs < lookForMs);
  return { startMs: (low + high) / 2, errorMs: Math.abs(high - low) / 2 + readingErrorMs };
}

/** What holds for both observations; null if they contradict each other: the wall clock was set between them. */
export function both(one: WallStart, other: WallStart): WallStart | null {
  if (Math.abs(one.startMs - other.startMs) > one.errorMs + other.errorMs) return null;
  const low = Math.min(one.startMs - one.errorMs, other.startMs - other.errorMs);
  const high = Math.max(one.startMs + one.errorMs, other.startMs + other.errorMs);
  return { startMs: (low + high) / 2, errorMs: (high - low) / 2 };
}

/**
 * The clock of the controller. Its offset is 0 by definition; `error_ms` bounds how far `controller_ms` and `monotonic_s`
 * (CLOCK_MONOTONIC) are from the same moment.
 */
export function ownClock(): ClockOffset {
  const { startMs, errorMs } = wallStart();
  const beforeMs = performance.now();
  const monotonicNs = process.hrtime.bigint();
  const afterMs = performance.now();
  const controllerMs = startMs + (beforeMs + afterMs) / 2;
  return {
    offset_ms: 0,
    error_ms: errorMs + (afterMs - beforeMs) / 2,
    measured_at: new Date(controllerMs).toISOString(),
    controller_ms: controllerMs,
    monotonic_s: Number(monotonicNs) / 1e9,
  };
}
