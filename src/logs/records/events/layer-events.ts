import { z } from 'zod';

/** The engine that works, by its device, and the tag of the image. */
const aboutImage = { device: z.string(), ref: z.string() };

/** What happens while the layers of an image are built. */
export const layerEvents = [
  z.strictObject({ kind: z.literal('layer.present'), ...aboutImage, layer: z.string() }),
  z.strictObject({ kind: z.literal('layer.pull'), ...aboutImage }),
  z.strictObject({ kind: z.literal('layer.debootstrap'), ...aboutImage }),
  z.strictObject({ kind: z.literal('layer.build'), ...aboutImage, layer: z.string() }),
  z.strictObject({ kind: z.literal('layer.emulated'), ...aboutImage, architecture: z.string() }),
  z.strictObject({
    kind: z.literal('layer.built'),
    ...aboutImage,
    layer: z.string(),
    image_id: z.string(),
    seconds: z.number(),
  }),
] as const;

export type JournaledLayerEvent = z.infer<(typeof layerEvents)[number]>;
