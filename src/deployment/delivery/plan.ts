import type { ImageStore } from '../engine/index.js';
import type { ImageSpec } from './image-spec.js';
import { isLayerRef } from './layer-ref.js';
import { type DeviceInventory, missingLayers, type WantedImage } from './missing-layers.js';

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
  const tagged = new Set(inventory.images.keys());
  const unique = [...new Map(wanted.map((image) => [image.spec.ref, image])).values()];
  const images = missingLayers(unique, inventory, sizeOf).map((lacking): PlannedImage => {
    const { present } = lacking;
    const { spec, below } = lacking.image;
    const missing = lacking.missing.map((diffId) => ({ diffId, sizeBytes: sizeOf(diffId) ?? 0 }));
    const alongside = present ? [] : below.filter(({ ref }) => !tagged.has(ref));
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
  const leftovers = [...inventory.images.keys()].filter(isLayerRef);
  return { device, store, images, missingBytes, neededBytes, leftovers };
}

function reasonOf(store: ImageStore['kind'], layersThere: number, imported: boolean): string {
  if (imported) return 'the device has no layer of it: the lowest is imported, which writes it once';
  if (layersThere > 0) return 'the layers below are there';
  return store === 'containerd'
    ? 'a containerd store takes whole archives only where no layer is there'
    : 'its layers are small';
}
