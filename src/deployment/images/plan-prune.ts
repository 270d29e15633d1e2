import { type DeviceImage, standsOn } from './device-images.js';

export interface PrunePlan {
  /** Images to remove, highest first, so that those below them can follow. */
  remove: readonly DeviceImage[];
  keep: readonly DeviceImage[];
  /** Those of `keep` that are needed by somebody else only, and by whom. */
  keepFor: readonly { image: DeviceImage; owner: string }[];
  /** Bytes that removing all of them frees. */
  freedBytes: number;
}

/**
 * Plans to remove all images of collab without a needed tag. Layers that a remaining image shares are kept.
 * @param ownerOf who else needs an image; null if nobody does
 */
export function planPrune(
  images: readonly DeviceImage[],
  needed: ReadonlySet<string>,
  ownerOf: (image: DeviceImage) => string | null = () => null,
): PrunePlan {
  const isOwn = ({ refs }: DeviceImage) => refs.some((ref) => needed.has(ref));
  const keepFor = images.flatMap((image) => {
    const owner = isOwn(image) ? null : ownerOf(image);
    return owner === null ? [] : [{ image, owner }];
  });
  const stays = (image: DeviceImage) => isOwn(image) || keepFor.some((kept) => kept.image === image);
  const keep = images.filter(stays);
  const remove = images.filter((image) => !stays(image)).reverse();
  const isFreed = (image: DeviceImage) => !keep.some((one) => standsOn(one, image));
  return {
    remove,
    keep,
    keepFor,
    freedBytes: remove.filter(isFreed).reduce((sum, image) => sum + image.ownBytes, 0),
  };
}
