import type { Engine } from '../engine/index.js';

/** An image of ours on a device. */
export interface DeviceImage {
  id: string;
  refs: readonly string[];
  /** `base`, `dependencies`, `code`; `arriving` for what a delivery that was cut has left. */
  kind: string;
  /** Of what experiment, for code. */
  experiment: string | null;
  layers: readonly string[];
  sizeBytes: number;
  /** Without what it shares with another image of this list that it stands on. */
  ownBytes: number;
}

/** By this label every image that collab makes is known. */
const label = 'collab.image';

/** The images that collab has made on an engine, those that others stand on first. */
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

/** Whether one image stands on all layers of another. */
export function standsOn(image: Pick<Stack, 'layers'>, other: Pick<Stack, 'layers'>): boolean {
  return (
    other.layers.length < image.layers.length &&
    other.layers.every((layer, index) => image.layers[index] === layer)
  );
}

/** Bytes of an image without those of the highest image of the list that it stands on. */
function ownBytes(image: Stack, all: readonly Stack[]): number {
  const below = all.filter((other) => standsOn(image, other));
  const shared = Math.max(0, ...below.map(({ sizeBytes }) => sizeBytes));
  return Math.max(0, image.sizeBytes - shared);
}
