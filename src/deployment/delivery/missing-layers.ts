import type { EngineImage, ImageStore } from '../engine/index.js';
import { digestOf, imageDocuments, type ImageSpec } from './image-spec.js';

/** An image to deliver, and the images below it, bottom first, which get their tags on the device too. */
export interface WantedImage {
  spec: ImageSpec;
  below: readonly ImageSpec[];
  /** Tags of images that may share layers with it, e.g. earlier versions of the code; oldest first. */
  earlier?: readonly string[];
}

/** A device's image store, and which of the requested images it has, by ref. */
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
 * What a device lacks of some images, one after the other: a layer that two of them share is missing for the first
 * only. Dry runs, runs and deliveries all ask here.
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

/** The id that an engine will give an image; null when it cannot be computed yet. */
export function expectedId(
  spec: ImageSpec,
  store: ImageStore['kind'],
  sizeOf: (diffId: string) => number | null,
): string | null {
  const { config, manifest } = imageDocuments(spec, sizeOf);
  const document = store === 'classic' ? config : manifest;
  return document === null ? null : digestOf(document);
}

/** Whether a device has this image under its tag: equal layers, and equal id if it can be computed. */
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

/** The chains of layers that an engine has, from the bottom. */
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
