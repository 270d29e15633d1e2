import type { Engine } from '../engine/engine.js';
import type { EngineImage } from '../engine/image-engine.js';
import type { LayerStore } from './layer-store.js';
import { layerRef } from './layer-ref.js';
import { isThere, type DeviceInventory, type WantedImage } from './plan.js';

/**
 * What a device has of the wanted images. Where all are there, one question each is all that is asked; else it is also
 * asked for the images below them and for a lowest layer that a delivery which was cut has left.
 * @param earlier tags of images whose layers these may stand on, e.g. of the code before its last change
 */
export async function inventoryOf(
  engine: Engine,
  wanted: readonly WantedImage[],
  sizes: LayerStore,
  earlier: readonly string[] = [],
): Promise<DeviceInventory> {
  const store = (await engine.imageStore()).kind;
  await sizes.lacks(wanted.flatMap(({ spec }) => spec.layers));
  const images = new Map<string, EngineImage>();
  const ask = async (refs: readonly string[]) => {
    const asked = [...new Set(refs)].filter((ref) => !images.has(ref));
    const answers = await Promise.all(asked.map((ref) => engine.image(ref)));
    answers.forEach((answer, index) => answer !== null && images.set(asked[index] ?? '', answer));
  };
  await ask(wanted.map(({ spec }) => spec.ref));
  if (!wanted.every(({ spec }) => isThere(spec, { store, images }, sizes.sizeOf))) {
    const lowest = wanted.flatMap(({ spec }) => spec.layers.slice(0, 1).map(layerRef));
    await ask([...wanted.flatMap(({ below }) => below.map(({ ref }) => ref)), ...earlier, ...lowest]);
  }
  return { store, images };
}
