import { z } from 'zod';

/**
 * What the wrapper writes into a role's folder, line by line. Times are seconds of the device's CLOCK_MONOTONIC;
 * `state.jsonl` ties them to its CLOCK_REALTIME, and run.json gives that clock's offset to the controller's.
 */

/** A value in a flat line. */
export const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One tick of the sampler: metric names of metrics.json to values; a metric that could not be read is left out. */
export const sampleRecord = z.object({ monotonic_s: z.number() }).catchall(z.number().nullable());
export type SampleRecord = z.infer<typeof sampleRecord>;
/** A quick check first: there may be millions of samples, and the schema is slow. */
export const sampleShape = {
  schema: sampleRecord,
  fits: (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const record = value as Record<string, unknown>;
    for (const name in record) {
      const one = record[name];
      if (typeof one !== 'number' && one !== null) return false;
    }
    return typeof record.monotonic_s === 'number';
  },
};

/** A process of the role's tree at one tick. A process that used no CPU and kept its memory has no row for that tick. */
export const processRecord = z.object({
  monotonic_s: z.number(),
  pid: z.number().int(),
  parent: z.number().int(),
  command: z.string(),
  /** Over the time since the tick before; not in the first row of a process. */
  cpu_percent: z.number().optional(),
  memory_resident_bytes: z.number(),
});
export type ProcessRecord = z.infer<typeof processRecord>;

/** A row that the user's code recorded: one flat line. Nested values are kept as they came. */
export const resultRecord = z.record(z.string(), z.unknown());
export type ResultRecord = z.infer<typeof resultRecord>;
export const resultShape = {
  schema: resultRecord,
  fits: (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** A named stretch of time that the user's code recorded, with fields of its own. */
export const spanRecord = z
  .object({ name: z.string(), start_monotonic_s: z.number(), duration_ms: z.number() })
  .catchall(z.unknown());
export type SpanRecord = z.infer<typeof spanRecord>;
export const spanShape = {
  schema: spanRecord,
  fits: (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const { name, start_monotonic_s: start, duration_ms: duration } = value as Record<string, unknown>;
    return typeof name === 'string' && typeof start === 'number' && typeof duration === 'number';
  },
};

export const stateRecord = z.object({
  /**
   * `absent` names a sampled metric for which this machine has no sensor; `unavailable` one that cannot be read though it
   * should, and why; `estimated` one that is not exact, and how.
   */
  state: z.enum(['started', 'ready', 'stopping', 'exited', 'absent', 'unavailable', 'estimated']),
  monotonic_s: z.number(),
  realtime_s: z.number(),
  metric: z.string().optional(),
  reason: z.string().optional(),
  pid: z.number().optional(),
});
export type StateRecord = z.infer<typeof stateRecord>;

/** A total: measured or estimated with its source, or unavailable with the reason. Never a zero that was not read. */
export const total = z.object({
  value: z.number().nullable(),
  unit: z.string(),
  kind: z.enum(['measured', 'estimated', 'unavailable']),
  source: z.string().optional(),
  reason: z.string().optional(),
});
export type Total = z.infer<typeof total>;

export const exitRecord = z.object({
  /** Exit code of the command; null when a signal ended it or it never started. */
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** Why it ended: it exited itself, ran past its timeout, was asked to stop, or could not be started. */
  reason: z.enum(['exited', 'timeout', 'stopped', 'not-started']),
  /** For `not-started`: what the system said; else that the kernel killed for want of memory, where it says so. */
  message: z.string().optional(),
  started_monotonic_s: z.number(),
  ended_monotonic_s: z.number(),
  started_realtime_s: z.number(),
  /** Ticks that the sampler missed because it was late. */
  missed_samples: z.number().int().optional(),
  /** By metric of metrics.json, and by `<metric>.<part>` for an interface or a power rail. */
  totals: z.record(z.string(), total),
});
export type ExitRecord = z.infer<typeof exitRecord>;
