import type { ImageStore } from '../engine/index.js';
import type { ImageSpec } from './image-spec.js';
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
