/** Sending images to devices: only the layers that a device lacks. */
export { deliver } from './deliver.js';
export type { DeliveryEvent } from './events.js';
export { type ImageSpec, specOf } from './image-spec.js';
export { inventoryOf } from './inventory.js';
export { LayerStore } from './layer-store.js';
export { type DeviceInventory, missingLayers, type WantedImage } from './missing-layers.js';
export { mapLimit } from './map-limit.js';
export { planDelivery } from './plan.js';
export { Stock } from './read-layers.js';
export { type DeliveryTarget, deviceTarget, localTarget } from './target.js';
