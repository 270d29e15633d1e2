/** An image as one engine has it. `content` is the same on every engine, the id is not (see `Engine.imageContent`). */
export interface ImageIdentity {
  imageId: string;
  content: string;
}

/** Which images a device needs, which it has, and what will be sent to it. */
export interface DeliveryPlan {
  device: string;
  images: ({ ref: string; present: boolean } & ImageIdentity)[];
}

/** Pure: whether two engines have the same image. */
export function sameImage(wanted: ImageIdentity, there: ImageIdentity | null): boolean {
  return there !== null && (there.imageId === wanted.imageId || there.content === wanted.content);
}

/** Pure. `present` is what the device answered for each ref; null when it does not have it. */
export function planDelivery(
  device: string,
  wanted: readonly ({ ref: string } & ImageIdentity)[],
  present: ReadonlyMap<string, ImageIdentity | null>,
): DeliveryPlan {
  const unique = new Map(wanted.map(({ ref, imageId, content }) => [ref, { ref, imageId, content }]));
  return {
    device,
    images: [...unique.values()].map((image) => ({
      ...image,
      present: sameImage(image, present.get(image.ref) ?? null),
    })),
  };
}
