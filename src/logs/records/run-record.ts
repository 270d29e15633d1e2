import { z } from 'zod';
import { boardState, deviceClock, overhead } from './device-records.js';
import { cell } from './role-records.js';

/** Values of an experiment's parameters, by name. */
export const parameterValues = z.record(z.string(), cell);

/** Which role ended a trial, and how. */
export const trialFailure = z.object({
  role: z.string(),
  rank: z.number(),
  device: z.string(),
  reason: z.string(),
});

export const trialRecord = z.object({
  number: z.number().int().positive(),
  parameters: parameterValues,
  /** 0-based; warm-up repeats have `warmup: true` and count on their own. */
  repeat: z.number().int().nonnegative(),
  warmup: z.boolean(),
  state: z.enum(['pending', 'running', 'complete', 'failed', 'interrupted']),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  failure: trialFailure.optional(),
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
  /** The GPU that the role was given, as the device names it. */
  gpu: z.string().optional(),
});
export type PlacementRecord = z.infer<typeof placementRecord>;

/** An image that a role ran in; the id is that of the device's engine. */
export const imageRecord = z.object({
  role: z.string(),
  device: z.string(),
  ref: z.string(),
  image_id: z.string(),
});

/** A folder of data that a role was given. `hash` (SHA-256, hex) is over paths and contents of its files. */
export const dataRecord = z.object({
  role: z.string(),
  device: z.string(),
  name: z.string(),
  /** As experiment.yaml has it. */
  path: z.string(),
  hash: z.string(),
  size_bytes: z.number(),
  /** Whether it was on the device, or was sent there by collab, now or before. */
  source: z.enum(['device', 'controller']),
});

/** The error that ended a run early. */
export const runFailure = z.object({ name: z.string(), what: z.string(), why: z.string().optional() });

/** run.json: what was run, where, with what. `src/logs/run-state.ts` computes it from the journal. */
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
      clock: deviceClock.nullable(),
      /** How the board was set before the first trial and after the last. */
      board: z.object({ before: boardState.nullable(), after: boardState.nullable() }).optional(),
      /** What the wrapper was last measured to cost there; absent when it was not. */
      overhead: overhead.optional(),
    }),
  ),
  placement: z.array(placementRecord),
  images: z.array(imageRecord),
  data: z.array(dataRecord).optional(),
  trials: z.array(trialRecord),
  versions: z.record(z.string(), z.string()),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  /** Never written: run.json could not be read, and a journal of format 1 gives only part of it. Says what is missing. */
  rebuilt: z.string().optional(),
  failure: runFailure.optional(),
});
export type RunRecord = z.infer<typeof runRecord>;
