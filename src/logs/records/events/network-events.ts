import { z } from 'zod';

/** What happens when a device is not where it was. */
export const findAgainEvents = [
  z.strictObject({
    kind: z.literal('network.searching'),
    devices: z.array(z.string()),
    interfaces: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.literal('network.moved'),
    device: z.string(),
    from: z.string(),
    address: z.string(),
  }),
] as const;

/** What happens when a device is lost in a run. */
export const lossEvents = [
  z.strictObject({
    kind: z.literal('network.lost'),
    device: z.string(),
    /** ISO 8601, by the controller's clock. */
    last_heard_at: z.string(),
    reason: z.string(),
  }),
  /** The run waits for it (`on_loss: wait`). */
  z.strictObject({ kind: z.literal('network.waiting'), device: z.string() }),
  z.strictObject({
    kind: z.literal('network.back'),
    device: z.string(),
    /** Since it was last heard of. */
    away_s: z.number(),
  }),
  /** What a role left on a device that was lost is here now. */
  z.strictObject({
    kind: z.literal('role.collected'),
    trial: z.number().int(),
    attempt: z.number().int().positive().optional(),
    role: z.string(),
    rank: z.number().int(),
    device: z.string(),
  }),
] as const;

export type FindAgainEvent = z.infer<(typeof findAgainEvents)[number]>;
