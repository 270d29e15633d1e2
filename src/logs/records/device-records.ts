import { z } from 'zod';

/** What run.json has about a device in addition to its facts: clock, board settings, cost of the wrapper. */

/** A device's clock against the controller's: device time minus controller time, with its error bound. */
export const clockOffset = z.object({
  offset_ms: z.number().describe("Device time minus the controller's time"),
  error_ms: z
    .number()
    .describe(
      'Half the smallest round trip, and how exactly both clocks can be read: the offset lies within +- this, and `controller_ms` and `monotonic_s` are the same moment within +- this',
    ),
  measured_at: z.string(),
  controller_ms: z
    .number()
    .optional()
    .describe("The same moment on the controller's clock, since 1970, with fractions"),
  monotonic_s: z
    .number()
    .nullable()
    .optional()
    .describe("The same moment on the device's clock; null if the device could not read it"),
});
export type ClockOffset = z.infer<typeof clockOffset>;

/** A device's clock over a run: the offset before it, and what was measured before, during and after. */
export const deviceClock = clockOffset.extend({
  measurements: z
    .array(clockOffset)
    .optional()
    .describe('All measurements before, during, and after the run'),
  drift_ppm: z
    .number()
    .nullable()
    .optional()
    .describe(
      "How much faster the device's monotonic clock runs than the controller's, from the first measurement to the last; null if there were too few",
    ),
  drift_error_ppm: z.number().nullable().optional().describe('The drift lies within +- this'),
});
export type DeviceClock = z.infer<typeof deviceClock>;

const khz = z.number().int().nullable();

/** A device's settings at one moment, as far as they limit its speed. Null where the device did not report a value. */
export const boardState = z.object({
  read_at: z.string(),
  cpu_policies: z
    .array(
      z.object({
        name: z.string().describe('Name of the policy, such as `policy0`'),
        governor: z.string().nullable(),
        min_khz: khz.describe('Lower limit that is set'),
        max_khz: khz.describe('Upper limit that is set'),
        lowest_khz: khz.describe('Lower limit of the hardware'),
        highest_khz: khz.describe('Upper limit of the hardware'),
      }),
    )
    .describe('One entry for each group of CPUs that share a clock'),
  turbo: z.boolean().nullable().describe('Whether the processor may exceed its base frequency'),
  platform_profile: z.string().nullable().describe('ACPI platform profile'),
  nvpmodel: z.string().nullable().describe('Power mode of a Jetson: name and number'),
  throttled_flags: z
    .number()
    .int()
    .nullable()
    .describe(
      "Bits of a Raspberry Pi's `get_throttled`: 0 under-voltage, 1 frequency capped, 2 throttled, 3 soft limit; +16: since boot",
    ),
  on_mains: z.boolean().nullable().describe('Whether it has mains power rather than battery power'),
  temperatures_c: z.array(
    z.object({ zone: z.string().describe('Name of the thermal zone'), celsius: z.number() }),
  ),
  load_1min: z.number().nullable().describe('Load average of the last minute'),
});
export type BoardState = z.infer<typeof boardState>;

/** What `wrapper.py --overhead` prints, without the times of each pair. */
export const overheadFigures = z.object({
  pairs: z
    .number()
    .int()
    .describe('Number of pairs of runs, bare and wrapped; the figures are their medians'),
  sampling_s: z.number().describe('Interval between samples'),
  bare_wall_s: z.number().describe('Wall time of the load without the wrapper'),
  wrapped_wall_s: z.number().describe('Wall time of the load with the wrapper'),
  wall_percent: z
    .number()
    .describe('How much longer the same load took with the wrapper; a value below zero is noise'),
  cpu_percent: z.number().describe("The wrapper's own CPU time, of one core"),
  memory_peak_bytes: z.number().describe("The wrapper's own peak memory"),
  following_cpu_percent: z
    .number()
    .optional()
    .describe(
      'CPU time of sshd and its server of files while a role of one process is followed, of one core',
    ),
  following_unavailable: z.string().optional().describe('Why the cost of following is not known'),
});
export type OverheadFigures = z.infer<typeof overheadFigures>;

/** The measured cost of the wrapper on a device, or why it is not known. */
export const overhead = z.union([
  overheadFigures.extend({ measured_at: z.string() }),
  z.object({ measured_at: z.string(), unavailable: z.string().describe('Why it is not known') }),
]);
export type Overhead = z.infer<typeof overhead>;
