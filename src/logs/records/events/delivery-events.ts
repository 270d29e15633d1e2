import { z } from 'zod';

const aboutImage = { device: z.string(), ref: z.string() };
/** A layer that is made ready on the controller, once for all devices: read out of an engine, or gzipped. */
const aboutLayer = { layer: z.string(), how: z.enum(['read', 'gzip']) };

/**
 * What happens while images travel. Bytes are those of the image's archive on its way, gzipped where it is; `total_bytes`
 * is null where a layer is gzipped only while it is sent.
 */
export const deliveryEvents = [
  z.strictObject({ kind: z.literal('delivery.present'), ...aboutImage }),
  z.strictObject({
    kind: z.literal('delivery.started'),
    ...aboutImage,
    way: z.string(),
    why: z.string(),
    gzipped: z.boolean(),
    layers_present: z.number().int(),
    layers_missing: z.number().int(),
    plain_bytes: z.number(),
    total_bytes: z.number().nullable(),
  }),
  z.strictObject({ kind: z.literal('delivery.whole'), ...aboutImage, reason: z.string() }),
  z.strictObject({
    kind: z.literal('delivery.done'),
    ...aboutImage,
    sent_bytes: z.number(),
    image_id: z.string(),
    seconds: z.number(),
    bytes_per_s: z.number(),
  }),
  z.strictObject({ kind: z.literal('delivery.packing'), ...aboutLayer, size_bytes: z.number().nullable() }),
  z.strictObject({
    kind: z.literal('delivery.packed'),
    ...aboutLayer,
    size_bytes: z.number(),
    seconds: z.number(),
  }),
] as const;

export type JournaledDeliveryEvent = z.infer<(typeof deliveryEvents)[number]>;
