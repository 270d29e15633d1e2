import { z } from 'zod';
import { cell } from './role-records.js';

const parameters = z.record(z.string(), cell);

/** A device's clock against the controller's: device time minus controller time, with its error bound. */
export const clockOffset = z.object({
  offset_ms: z.number(),
  /** Half the smallest round trip: the offset lies within +- this. */
  error_ms: z.number(),
  measured_at: z.string(),
});
export type ClockOffset = z.infer<typeof clockOffset>;

export const trialRecord = z.object({
  number: z.number().int().positive(),
  parameters,
  /** 0-based; warm-up repeats have `warmup: true` and count on their own. */
  repeat: z.number().int().nonnegative(),
  warmup: z.boolean(),
  state: z.enum(['pending', 'running', 'complete', 'failed', 'interrupted']),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  /** Which role ended the trial, and how. */
  failure: z.object({ role: z.string(), rank: z.number(), device: z.string(), reason: z.string() }).optional(),
});
export type TrialRecord = z.infer<typeof trialRecord>;

/** A role's name is part of a path, so it has no separator. */
const roleName = z.string().regex(/^[^/\\]+$/);

export const placementRecord = z.object({
  role: roleName,
  rank: z.number().int(),
  device: z.string(),
  /** The user asked for this device (`--place`). */
  pinned: z.literal(true).optional(),
});
export type PlacementRecord = z.infer<typeof placementRecord>;

/** run.json: what was run, where, with what. Readable at any moment of a run. */
export const runRecord = z.object({
  format: z.literal(1),
  run_id: z.string(),
  /** `id` is a hash of the experiment folder's content. */
  experiment: z.object({ name: z.string(), id: z.string(), definition: z.unknown() }),
  state: z.enum(['running', 'complete', 'failed', 'interrupted']),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  runtime: z.enum(['docker', 'process']),
  /** Name of the LAN; null for a local run. */
  lan: z.string().nullable(),
  devices: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      address: z.string(),
      facts: z.record(z.string(), z.unknown()),
      clock: clockOffset.nullable(),
    }),
  ),
  placement: z.array(placementRecord),
  images: z.array(z.object({ role: z.string(), device: z.string(), ref: z.string(), image_id: z.string() })),
  trials: z.array(trialRecord),
  versions: z.record(z.string(), z.string()),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  failure: z.object({ name: z.string(), what: z.string(), why: z.string().optional() }).optional(),
});
export type RunRecord = z.infer<typeof runRecord>;
