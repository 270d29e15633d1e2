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

export type FindAgainEvent = z.infer<(typeof findAgainEvents)[number]>;
