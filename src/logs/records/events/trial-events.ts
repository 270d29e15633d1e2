import { z } from 'zod';
import { parameterValues, trialFailure, trialLoad } from '../run-record.js';

const aboutRole = {
  trial: z.number().int(),
  role: z.string(),
  rank: z.number().int(),
  device: z.string(),
};

/** What happens to a trial and to its roles. */
export const trialEvents = [
  z.strictObject({
    kind: z.literal('trial.started'),
    trial: z.number().int(),
    of: z.number().int(),
    parameters: parameterValues,
    repeat: z.number().int(),
    warmup: z.boolean(),
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
  z.strictObject({
    kind: z.literal('trial.ended'),
    trial: z.number().int(),
    of: z.number().int(),
    state: z.enum(['complete', 'failed', 'interrupted']),
    seconds: z.number(),
    /** The role that ended it, where one did. */
    failure: trialFailure.optional(),
  }),
] as const;
