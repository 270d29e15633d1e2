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
  /** Reason for the way, for the log. */
  why: string;
  /** Images that get a tag from the same archive; their layers are among those of the image. */
  alongside: readonly ImageSpec[];
  missing: readonly LayerToSend[];
  /** Number of layers that the device has already. */
  layersThere: number;
}

export interface DeliveryPlan {
  device: string;
  store: ImageStore['kind'];
  images: readonly PlannedImage[];
  /** Uncompressed bytes of the layers to send. */
  missingBytes: number;
  /** Tags of lowest layers that interrupted deliveries left. */
  leftovers: readonly string[];
  /** Free disk space that the device needs during the transfer. */
  neededBytes: number;
}

export const bytesOf = (layers: readonly LayerToSend[]) =>
  layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** From this size, a separate request for the lowest layer pays. */
const importFromBytes = 4e6;
/** Disk space that the engine needs in addition to the layers, for metadata and folders. */
const spareBytes = 32e6;

const layerTag = 'collab/layer:';

/** The tag of a lowest layer in transit. A delivery that is cut leaves it behind, and the next delivery finds it. */
export const layerRef = (diffId: string) => `${layerTag}${diffId.replace(/^sha256:/, '').slice(0, 24)}`;

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

/** The layers of missing images that the device lacks. */
export function missingLayers(wanted: readonly WantedImage[], inventory: DeviceInventory): string[] {
  const there = new Chains([...inventory.images.values()].map(({ layers }) => layers));
  return [...new Set(wanted.flatMap(({ spec }) => there.missing(spec.layers)))];
}

/**
 * Decides what to send to a device, and how. An engine stores layers as chains, so the layers that it has of an image
 * are a prefix from the bottom.
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
