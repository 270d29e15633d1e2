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

/**
 * How an image gets there. `import`: the lowest layer as the root file system of a new image, written once, then the
 * rest as `partial`. `partial`: an archive with the missing layers only. `whole`: an archive with all of them.
 */
export type DeliveryWay = 'import' | 'partial' | 'whole';

export interface LayerToSend {
  diffId: string;
  sizeBytes: number;
}

export interface PlannedImage {
  spec: ImageSpec;
  present: boolean;
  way: DeliveryWay;
  /** Why this way, for the reader of a log. */
  why: string;
  /** Images of the same archive that get a tag and whose layers are the image's own. */
  alongside: readonly ImageSpec[];
  missing: readonly LayerToSend[];
  /** Layers that are there already. */
  layersThere: number;
}

export interface DeliveryPlan {
  device: string;
  store: ImageStore['kind'];
  images: readonly PlannedImage[];
  /** Bytes of the layers that will be sent, as plain tars. */
  missingBytes: number;
  /** Tags of lowest layers that a delivery which was cut has left there. */
  leftovers: readonly string[];
  /** Free space that the device needs while they arrive. */
  neededBytes: number;
}

export const bytesOf = (layers: readonly LayerToSend[]) =>
  layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** From here on the lowest layer is worth a request of its own. */
const importFromBytes = 4e6;
/** What the engine writes beside the layers: metadata, and folders in place of tar headers. */
const spareBytes = 32e6;

const layerTag = 'collab/layer:';

/** The tag of a lowest layer in transit. A delivery that is cut leaves it behind, and the next delivery finds it. */
export const layerRef = (diffId: string) => `${layerTag}${diffId.replace(/^sha256:/, '').slice(0, 24)}`;

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

/** Of all layers of the images that are not there, those that the device lacks. */
export function missingLayers(wanted: readonly WantedImage[], inventory: DeviceInventory): string[] {
  const there = new Chains([...inventory.images.values()].map(({ layers }) => layers));
  return [...new Set(wanted.flatMap(({ spec }) => there.missing(spec.layers)))];
}

/**
 * What is sent to a device, and how. Layers are kept by an engine on top of each other, so what is there is a
 * row of layers from the bottom.
 * @param sizeOf bytes of a layer's tar; known for each layer of `missingLayers`
 */
export function planDelivery(
  device: string,
  wanted: readonly WantedImage[],
  inventory: DeviceInventory,
  sizeOf: (diffId: string) => number | null,
): DeliveryPlan {
  const { store } = inventory;
  const there = new Chains([...inventory.images.values()].map(({ layers }) => layers));
  const tagged = new Set(inventory.images.keys());
  const unique = new Map(wanted.map((image) => [image.spec.ref, image]));
  const images = [...unique.values()].map(({ spec, below }): PlannedImage => {
    const present = isThere(spec, inventory, sizeOf);
    const missing = present
      ? []
      : there.missing(spec.layers).map((diffId) => ({ diffId, sizeBytes: sizeOf(diffId) ?? 0 }));
    const alongside = present ? [] : below.filter(({ ref }) => !tagged.has(ref));
    there.add(spec.layers);
    for (const { ref } of [spec, ...below]) tagged.add(ref);
    const lowest = missing.length === spec.layers.length ? (missing[0]?.sizeBytes ?? 0) : 0;
    const imported = store === 'classic' && lowest >= importFromBytes;
    return {
      spec,
      present,
      missing,
      alongside,
      way: imported ? 'import' : 'partial',
      why: reasonOf(store, spec.layers.length - missing.length, imported),
      layersThere: spec.layers.length - missing.length,
    };
  });
  const missingBytes = images.reduce((sum, { missing }) => sum + bytesOf(missing), 0);
  const writtenTwice = images.map(({ way, missing }) =>
    bytesOf(way === 'import' ? missing.slice(1) : missing),
  );
  const spooled = store === 'classic' ? Math.max(0, ...writtenTwice) : missingBytes;
  const neededBytes = missingBytes === 0 ? 0 : missingBytes + spooled + spareBytes;
  const leftovers = [...inventory.images.keys()].filter((ref) => ref.startsWith(layerTag));
  return { device, store, images, missingBytes, neededBytes, leftovers };
}

function reasonOf(store: ImageStore['kind'], layersThere: number, imported: boolean): string {
  if (imported) return 'the device has none of its layers: the lowest is imported, which writes it once';
  if (layersThere > 0) return 'the device has the layers below';
  return store === 'containerd'
    ? 'a containerd store takes whole archives only where no layer is there'
    : 'its layers are small';
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
