interface Stack {
  layers: readonly string[];
  sizeBytes: number;
}

/** Pure: whether one image stands on all layers of another. */
export function standsOn(image: Pick<Stack, 'layers'>, other: Pick<Stack, 'layers'>): boolean {
  return (
    other.layers.length < image.layers.length &&
    other.layers.every((layer, index) => image.layers[index] === layer)
  );
}

/** Pure: bytes of an image without those of the highest image of the list that it stands on. */
export function ownBytes(image: Stack, all: readonly Stack[]): number {
  const below = all.filter((other) => standsOn(image, other));
  const shared = Math.max(0, ...below.map(({ sizeBytes }) => sizeBytes));
  return Math.max(0, image.sizeBytes - shared);
}
