import type { Engine } from '../engine/index.js';

/** An image on a device that collab made. */
export interface DeviceImage {
  id: string;
  refs: readonly string[];
  /** `base`, `dependencies`, `code`; `arriving` for the remains of an interrupted delivery. */
  kind: string;
  /** Name of the experiment, for code. */
  experiment: string | null;
  layers: readonly string[];
  sizeBytes: number;
  /** Size without the layers of other images in the list below it. */
  ownBytes: number;
}

/** Label of every image that collab makes. */
const label = 'collab.image';

/** The images on an engine that collab made, lower ones first. */
export async function deviceImages(engine: Engine): Promise<DeviceImage[]> {
  const listed = await engine.listImages({ [label]: '' });
  const images = await Promise.all(
    listed.map(async ({ id, refs, labels, sizeBytes }) => ({
      id,
      refs,
      sizeBytes,
      kind: labels[label] ?? '',
      experiment: labels['collab.experiment'] ?? null,
      layers: (await engine.image(refs[0] ?? id))?.layers ?? [],
    })),
  );
  const name = ({ refs, id }: { refs: readonly string[]; id: string }) => refs[0] ?? id;
  images.sort((a, b) => a.layers.length - b.layers.length || name(a).localeCompare(name(b)));
  return images.map((image) => ({ ...image, ownBytes: ownBytes(image, images) }));
}

interface Stack {
  layers: readonly string[];
  sizeBytes: number;
}

/** Whether an image contains all layers of another, and more. */
export function standsOn(image: Pick<Stack, 'layers'>, other: Pick<Stack, 'layers'>): boolean {
  return (
    other.layers.length < image.layers.length &&
    other.layers.every((layer, index) => image.layers[index] === layer)
  );
}

/** Size of an image without that of the largest image below it. */
function ownBytes(image: Stack, all: readonly Stack[]): number {
  const below = all.filter((other) => standsOn(image, other));
  const shared = Math.max(0, ...below.map(({ sizeBytes }) => sizeBytes));
  return Math.max(0, image.sizeBytes - shared);
}
