import { z } from 'zod';

/** What run.json has about a device in addition to its facts: clock, board settings, cost of the wrapper. */

/** A device's clock against the controller's: device time minus controller time, with its error bound. */
export const clockOffset = z.object({
  offset_ms: z.number(),
  /** Half the smallest round trip: the offset lies within +- this. */
  error_ms: z.number(),
  measured_at: z.string(),
  /** The same moment on the controller's clock, milliseconds since 1970 with fractions. */
  controller_ms: z.number().optional(),
  /** The same moment on the device's CLOCK_MONOTONIC, seconds; null when the device could not read it. */
  monotonic_s: z.number().nullable().optional(),
});
export type ClockOffset = z.infer<typeof clockOffset>;

/** A device's clock over a run: the offset before it, and what was measured before, during and after. */
export const deviceClock = clockOffset.extend({
  measurements: z.array(clockOffset).optional(),
  /**
   * How fast the device's monotonic clock runs against the controller's, in millionths, from the first measurement to
   * the last, within +- `drift_error_ppm`; null when there were too few.
   */
  drift_ppm: z.number().nullable().optional(),
  drift_error_ppm: z.number().nullable().optional(),
});
export type DeviceClock = z.infer<typeof deviceClock>;

const khz = z.number().int().nullable();

/** A device's settings at one moment, as far as they limit its speed. Null where the device did not report a value. */
export const boardState = z.object({
  read_at: z.string(),
  /** CPUs that share a clock: governor, the limits set (kHz), the limits of the hardware (kHz). */
  cpu_policies: z.array(
    z.object({
      name: z.string(),
      governor: z.string().nullable(),
      min_khz: khz,
      max_khz: khz,
      lowest_khz: khz,
      highest_khz: khz,
    }),
  ),
  turbo: z.boolean().nullable(),
  platform_profile: z.string().nullable(),
  /** Power mode of a Jetson: name and number. */
  nvpmodel: z.string().nullable(),
  /** Bits of a Raspberry Pi's `get_throttled`: 0 under-voltage, 1 frequency capped, 2 throttled, 3 soft limit; +16: since boot. */
  throttled_flags: z.number().int().nullable(),
  on_mains: z.boolean().nullable(),
  temperatures_c: z.array(z.object({ zone: z.string(), celsius: z.number() })),
  load_1min: z.number().nullable(),
});
export type BoardState = z.infer<typeof boardState>;

/** What `wrapper.py --overhead` prints, without the times of each pair. */
export const overheadFigures = z.object({
  /** Runs of each kind; the figures are their medians. */
  pairs: z.number().int(),
  sampling_s: z.number(),
  bare_wall_s: z.number(),
  wrapped_wall_s: z.number(),
  /** How much longer the same load took wrapped, percent; a value below zero is noise. */
  wall_percent: z.number(),
  /** The wrapper's own CPU time, percent of one core. */
  cpu_percent: z.number(),
  memory_peak_bytes: z.number(),
});

/** The measured cost of the wrapper on a device, or why it is not known. */
export const overhead = z.union([
  overheadFigures.extend({ measured_at: z.string() }),
  z.object({ measured_at: z.string(), unavailable: z.string() }),
]);
export type Overhead = z.infer<typeof overhead>;
