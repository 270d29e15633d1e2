import { type DeviceImage, standsOn } from './device-images.js';

export interface PrunePlan {
  /** Images to remove, highest first, so that those below them can follow. */
  remove: readonly DeviceImage[];
  keep: readonly DeviceImage[];
  /** Bytes that removing all of them frees. */
  freedBytes: number;
}

/**
 * Plans to remove all images of collab without a needed tag. Layers that a remaining image shares are kept.
 */
export function planPrune(images: readonly DeviceImage[], needed: ReadonlySet<string>): PrunePlan {
  const stays = ({ refs }: DeviceImage) => refs.some((ref) => needed.has(ref));
  const keep = images.filter(stays);
  const remove = images.filter((image) => !stays(image)).reverse();
  const isFreed = (image: DeviceImage) => !keep.some((one) => standsOn(one, image));
  return {
    remove,
    keep,
    freedBytes: remove.filter(isFreed).reduce((sum, image) => sum + image.ownBytes, 0),
  };
}
