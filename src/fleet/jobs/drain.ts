import { z } from 'zod';
import { memberId } from './record.js';

/** `j.fleet.drain.<member id>` of the stream JOBS: this member gets no tasks. Only the leader writes it, by compare-and-set. */
export const drainRecord = z.object({
  member: memberId,
  /** The user who asked for it. */
  by: z.string(),
  drained_at: z.iso.datetime(),
  /** So many seconds after `drained_at`, what still runs there is given back; null: it may end. */
  deadline_s: z
    .number()
    .nonnegative()
    .max(366 * 86_400)
    .nullable(),
});
export type DrainRecord = z.output<typeof drainRecord>;
