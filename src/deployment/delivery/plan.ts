/** Which images a device needs, which it has, and what will be sent to it. */
export interface DeliveryPlan {
  device: string;
  images: { ref: string; imageId: string; present: boolean }[];
}

/** Pure. `present` is what the device answered for each ref: the image id there, or null. */
export function planDelivery(
  device: string,
  wanted: readonly { ref: string; imageId: string }[],
  present: ReadonlyMap<string, string | null>,
): DeliveryPlan {
  const unique = new Map(wanted.map((image) => [image.ref, image]));
  return {
    device,
    images: [...unique.values()].map((image) => ({
      ...image,
      present: present.get(image.ref) === image.imageId,
    })),
  };
}
