import { type ClockOffset, type ClockTie, type DeviceClock, measuredBoots } from '../../logs/index.js';

/** One moment on both clocks of a device. */
interface ClockAnchor {
  monotonicS: number;
  realtimeS: number;
  /** The two were read within +- this of the same moment; 0 where it is not known (older runs). */
  errorMs?: number;
}

/** Converts a device's monotonic seconds to the controller's clock. */
export interface RoleClock {
  /** Seconds since the start of the run, to the microsecond. */
  timeS(monotonicS: number): number;
  date(monotonicS: number): Date;
  /** Error bound (+-) of the times at the start of the role; null if the device's clock was not measured. */
  readonly errorMs: number | null;
  /** Error bound at another moment. */
  errorMsAt(monotonicS: number): number | null;
}

type MeasuredClock = Pick<DeviceClock, 'offset_ms' | 'error_ms' | 'controller_ms' | 'measurements'>;

/** One moment on the device's monotonic clock and on the controller's. */
interface Tie {
  monotonicS: number;
  controllerMs: number;
  errorMs: number;
}

/** Assumed drift outside the measurements: 100 ppm, the usual tolerance of a crystal including temperature and age. */
const unmeasuredDrift = 100e-6;
/**
 * How much a clock's rate is assumed to change between two measurements: a crystal's rate changes by about 1 ppm per kelvin.
 * Measured changes of the rate take its place if they are larger, as while a time service corrects a clock.
 */
const assumedRateChange = 10e-6;

/**
 * Interpolates linearly between measurements of the monotonic clock, which makes it immune to drift and to a wall clock
 * that was set in between. Without such measurements it uses the wall clock at the start of the role, minus the offset.
 * @param measured device minus controller; null if not measured: the times are then those of the device
 * @param runStartedMs start of the run on the controller's clock, milliseconds since 1970
 */
export function roleClock(
  anchor: ClockAnchor,
  measured: MeasuredClock | null,
  runStartedMs: number,
): RoleClock {
  const ties = tiesOf(measured?.measurements ?? [], anchor);
  const rateChange = rateChangeOf(ties);
  const controllerMs =
    ties.length > 0
      ? (monotonicS: number) => alongTies(ties, monotonicS)
      : (monotonicS: number) =>
          (anchor.realtimeS + (monotonicS - anchor.monotonicS)) * 1000 - (measured?.offset_ms ?? 0);
  const errorMsAt = (monotonicS: number) =>
    ties.length > 0 ? errorAlong(ties, rateChange, monotonicS) : errorOfWall(monotonicS);
  return {
    timeS: (monotonicS) => Math.round((controllerMs(monotonicS) - runStartedMs) * 1000) / 1e6,
    date: (monotonicS) => new Date(Math.round(controllerMs(monotonicS))),
    errorMs: errorMsAt(anchor.monotonicS),
    errorMsAt,
  };

  /** Without a monotonic clock to tie to: the wall clock, as measured once, drifting since then. */
  function errorOfWall(monotonicS: number): number | null {
    if (measured === null) return null;
    const sinceMs =
      measured.controller_ms === undefined ? 0 : controllerMs(monotonicS) - measured.controller_ms;
    return measured.error_ms + (anchor.errorMs ?? 0) + Math.abs(sinceMs) * unmeasuredDrift;
  }
}

/** The measurements of the role's boot of its device, in order; none if they are of another one. */
function tiesOf(measurements: readonly ClockOffset[], anchor: ClockAnchor): Tie[] {
  const boots = measuredBoots(measurements);
  const boot = boots.length < 2 ? boots[0] : bootOf(boots, anchor);
  const ties = (boot ?? []).map(({ monotonic_s, controller_ms, error_ms }) => ({
    monotonicS: monotonic_s,
    controllerMs: controller_ms,
    errorMs: error_ms,
  }));
  // Clocks are first measured just before the roles start.
  const sameBoot = ties[0] !== undefined && anchor.monotonicS > ties[0].monotonicS - 60;
  return sameBoot ? ties : [];
}

/** The boot that began, by the device's wall clock, closest to when that of the role did. */
function bootOf(boots: readonly ClockTie[][], anchor: ClockAnchor): ClockTie[] | undefined {
  const beganS = anchor.realtimeS - anchor.monotonicS;
  const distanceS = ([tie]: readonly ClockTie[]) =>
    tie === undefined
      ? Infinity
      : Math.abs((tie.controller_ms + tie.offset_ms) / 1000 - tie.monotonic_s - beganS);
  return [...boots].sort((a, b) => distanceS(a) - distanceS(b))[0];
}

/** Controller milliseconds; outside the measurements both clocks are assumed to run at the same rate. */
function alongTies(ties: readonly Tie[], monotonicS: number): number {
  const { before, after } = around(ties, monotonicS);
  const from = before ?? after;
  if (from === undefined) return Number.NaN;
  if (before === undefined || after === undefined)
    return from.controllerMs + (monotonicS - from.monotonicS) * 1000;
  const share = (monotonicS - before.monotonicS) / (after.monotonicS - before.monotonicS);
  return before.controllerMs + share * (after.controllerMs - before.controllerMs);
}

/**
 * Between two measurements, the true line goes through both within their errors, and its slope differs from the mean slope
 * by at most `rateChange`: so it leaves the straight line by at most that times the distance to the nearer measurement.
 */
function errorAlong(ties: readonly Tie[], rateChange: number, monotonicS: number): number {
  const { before, after } = around(ties, monotonicS);
  if (before !== undefined && after !== undefined) {
    const nearestS = Math.min(monotonicS - before.monotonicS, after.monotonicS - monotonicS);
    return Math.max(before.errorMs, after.errorMs) + nearestS * 1000 * rateChange;
  }
  const from = before ?? after;
  if (from === undefined) return Number.NaN;
  return from.errorMs + Math.abs(monotonicS - from.monotonicS) * 1000 * unmeasuredDrift;
}

/** The largest change of rate from one measurement to the next beyond what their errors explain, at least the assumed one. */
function rateChangeOf(ties: readonly Tie[]): number {
  const rates = ties.slice(1).flatMap((tie, index) => {
    const before = ties[index];
    if (before === undefined) return [];
    const deviceMs = (tie.monotonicS - before.monotonicS) * 1000;
    const rate = (tie.controllerMs - before.controllerMs) / deviceMs;
    const error = (tie.errorMs + before.errorMs) / deviceMs;
    return [{ least: rate - error, most: rate + error }];
  });
  const changes = Math.max(...rates.map(({ least }) => least)) - Math.min(...rates.map(({ most }) => most));
  return Math.max(assumedRateChange, rates.length < 2 ? 0 : changes);
}

/** The measurements before and after a moment, by binary search because this runs for every sample. */
function around(
  ties: readonly Tie[],
  monotonicS: number,
): { before: Tie | undefined; after: Tie | undefined } {
  let [low, high] = [0, ties.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ties[middle]?.monotonicS ?? Infinity) <= monotonicS) low = middle + 1;
    else high = middle;
  }
  return { before: ties[low - 1], after: ties[low] };
}
