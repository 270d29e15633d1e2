import { z } from 'zod';

/** What happens to the leases of a run. */
export const leaseEvents = [
  z.strictObject({
    kind: z.literal('lease.taken'),
    devices: z.array(z.string()),
    run_id: z.string(),
    /** How long a lease holds without being renewed. */
    term_s: z.number(),
  }),
  z.strictObject({ kind: z.literal('lease.not-renewed'), device: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal('lease.lost'), device: z.string(), reason: z.string() }),
  z.strictObject({ kind: z.literal('lease.released'), devices: z.array(z.string()) }),
] as const;

export type LeaseEvent = z.infer<(typeof leaseEvents)[number]>;
