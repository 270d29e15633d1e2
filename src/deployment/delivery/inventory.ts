import type { Engine, EngineImage } from '../engine/index.js';
import type { LayerStore } from './layer-store.js';
import { isThere, type DeviceInventory, type WantedImage } from './missing-layers.js';
import { layerRef } from './plan.js';

/**
 * Which of the wanted images, the images below them and the latest version of their code a device has: one round trip.
 * Where that is not conclusive, asks for older code, and for a lowest layer that an interrupted delivery left.
 */
export async function inventoryOf(
  engine: Engine,
  wanted: readonly WantedImage[],
  sizes: LayerStore,
): Promise<DeviceInventory> {
  const store = (await engine.imageStore()).kind;
  await sizes.lacks(wanted.flatMap(({ spec }) => spec.layers));
  const images = new Map<string, EngineImage>();
  const ask = async (refs: readonly string[]) => {
    const asked = [...new Set(refs)].filter((ref) => !images.has(ref));
    const answers = await Promise.all(asked.map((ref) => engine.image(ref)));
    answers.forEach((answer, index) => answer !== null && images.set(asked[index] ?? '', answer));
  };
  await ask(
    wanted.flatMap(({ spec, below, earlier = [] }) => [
      ...[spec, ...below].map(({ ref }) => ref),
      ...earlier.slice(-1),
    ]),
  );
  const known = (ref: string | undefined) => ref !== undefined && images.has(ref);
  const unclear = wanted.filter(
    (one) => !isThere(one.spec, { store, images }, sizes.sizeOf) && !known(one.earlier?.at(-1)),
  );
  const lowestThere = new Set([...images.values()].map(({ layers }) => layers[0]));
  await ask(
    unclear.flatMap(({ spec, earlier = [] }) => [
      ...earlier,
      ...spec.layers
        .slice(0, 1)
        .filter((layer) => !lowestThere.has(layer))
        .map(layerRef),
    ]),
  );
  return { store, images };
}
