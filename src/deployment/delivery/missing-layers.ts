import type { EngineImage, ImageStore } from '../engine/index.js';
import { digestOf, imageDocuments, type ImageSpec } from './image-spec.js';

/** An image that a device is to have, with the images that it stands on, bottom first: those are tagged there too. */
export interface WantedImage {
  spec: ImageSpec;
  below: readonly ImageSpec[];
  /** Tags of images whose layers it may stand on, e.g. of the code before its last change; oldest first. */
  earlier?: readonly string[];
}

/** What a device answered: how it keeps images, and those that it has of all that were asked for, by ref. */
export interface DeviceInventory {
  store: ImageStore['kind'];
  images: ReadonlyMap<string, EngineImage>;
}

/** What a device lacks of an image. */
export interface MissingLayers {
  image: WantedImage;
  /** Whether it has the whole image under its tag. */
  present: boolean;
  /** Layers that must be sent, bottom first (`sha256:...`); none when only the tag or its description is missing. */
  missing: readonly string[];
}

/**
 * What a device lacks of some images, one after the other: a layer that two of them share is missing for the first only.
 * Dry runs, runs and deliveries all ask here.
 * @param sizeOf bytes of a layer's tar; null when not known
 */
export function missingLayers(
  wanted: readonly WantedImage[],
  inventory: DeviceInventory,
  sizeOf: (diffId: string) => number | null,
): MissingLayers[] {
  const there = new Chains([...inventory.images.values()].map(({ layers }) => layers));
  return wanted.map((image) => {
    const present = isThere(image.spec, inventory, sizeOf);
    const missing = present ? [] : there.missing(image.spec.layers);
    there.add(image.spec.layers);
    return { image, present, missing };
  });
}

/** The id under which an engine will know an image; null while it cannot be known. */
export function expectedId(
  spec: ImageSpec,
  store: ImageStore['kind'],
  sizeOf: (diffId: string) => number | null,
): string | null {
  const { config, manifest } = imageDocuments(spec, sizeOf);
  const document = store === 'classic' ? config : manifest;
  return document === null ? null : digestOf(document);
}

/** Whether what a device has under this tag is this image: the same layers, and the same id where it is known. */
export function isThere(
  spec: ImageSpec,
  { store, images }: DeviceInventory,
  sizeOf: (diffId: string) => number | null,
): boolean {
  const there = images.get(spec.ref);
  if (there?.layers.join() !== spec.layers.join()) return false;
  const id = expectedId(spec, store, sizeOf);
  return id === null || id === there.id;
}

/** Rows of layers from the bottom, as an engine has them. */
class Chains {
  private readonly known = new Set<string>();

  constructor(images: readonly (readonly string[])[]) {
    for (const layers of images) this.add(layers);
  }

  add(layers: readonly string[]): void {
    layers.forEach((_, top) => this.known.add(layers.slice(0, top + 1).join()));
  }

  missing(layers: readonly string[]): string[] {
    const at = layers.findIndex((_, top) => !this.known.has(layers.slice(0, top + 1).join()));
    return at === -1 ? [] : layers.slice(at);
  }
}
