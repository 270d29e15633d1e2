import { z } from 'zod';
import { placementRecord } from '../placement-record.js';
import { parameterValues, runFailure, trialFailure, trialLoad } from '../run-record.js';

/** Which try at the trial; missing for the first. */
const attempt = z.number().int().positive().optional();
const aboutRole = {
  trial: z.number().int(),
  attempt,
  role: z.string(),
  rank: z.number().int(),
  device: z.string(),
};

/** What happens to a trial and to its roles. */
export const trialEvents = [
  /** Its roles are made ready while the trial before is collected: containers are created, but nothing of them runs. */
  z.strictObject({ kind: z.literal('trial.preparing'), trial: z.number().int(), attempt }),
  z.strictObject({
    kind: z.literal('trial.started'),
    trial: z.number().int(),
    of: z.number().int(),
    attempt,
    parameters: parameterValues,
    repeat: z.number().int(),
    warmup: z.boolean(),
    /** Where that is not the same for all trials. */
    placement: z.array(placementRecord).optional(),
  }),
  /** Its roles had gone on without a controller, and another one follows them. */
  z.strictObject({
    kind: z.literal('trial.adopted'),
    trial: z.number().int(),
    of: z.number().int(),
    attempt,
    roles: z.array(z.strictObject({ role: z.string(), rank: z.number(), device: z.string() })),
  }),
  z.strictObject({
    kind: z.literal('role.starting'),
    ...aboutRole,
    /** Its command, where names in it were replaced by values. */
    command: z.array(z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('role.ready'), ...aboutRole }),
  z.strictObject({
    kind: z.literal('role.ended'),
    ...aboutRole,
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    /** As exit.json has it. */
    reason: z.string(),
  }),
  z.strictObject({ kind: z.literal('role.not-collected'), device: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal('load.read'), trial: z.number().int(), load: z.array(trialLoad) }),
  /** Trials that will not run, because their combination needs no more repeats. */
  z.strictObject({
    kind: z.literal('trials.skipped'),
    trials: z.array(z.number().int()),
    reason: z.string(),
  }),
  z.strictObject({
    kind: z.literal('trial.ended'),
    trial: z.number().int(),
    of: z.number().int(),
    attempt,
    state: z.enum(['complete', 'failed', 'interrupted', 'lost']),
    /** Missing where its start and its end are of clocks that were not compared. */
    seconds: z.number().optional(),
    /** The role that ended it, where one did. */
    failure: trialFailure.optional(),
    /** What ended it, where no role did. */
    error: runFailure.optional(),
  }),
] as const;
