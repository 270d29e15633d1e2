import type { Engine } from '../engine/index.js';
import type { ImagePlan, PlannedLayer } from './layer-plan.js';

/** Whether a device has an image, and which of its layers it lacks, by their tags. */
export interface ImageThere {
  ref: string;
  present: boolean;
  lacks: PlannedLayer['kind'][];
}

/** Asks an engine which images it has, each once; nothing is built for it. */
export async function lookThere(engine: Engine, images: readonly ImagePlan[]): Promise<ImageThere[]> {
  const unique = new Map(images.map((image) => [image.ref, image]));
  return Promise.all(
    [...unique.values()].map(async ({ ref, layers }) => {
      const there = await Promise.all(layers.map((layer) => engine.imageId(layer.ref)));
      const highest = there.findLastIndex((id) => id !== null);
      const lacks = layers.slice(highest + 1).map(({ kind }) => kind);
      return { ref, present: lacks.length === 0, lacks };
    }),
  );
}
