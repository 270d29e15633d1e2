import { type DeviceImage, standsOn } from './device-images.js';

export interface PrunePlan {
  /** Those that go, the highest first, so that what they stand on can go after them. */
  remove: readonly DeviceImage[];
  keep: readonly DeviceImage[];
  /** What becomes free when all of them go. */
  freedBytes: number;
}

/**
 * Which images of ours a device can do without: all that carry no needed tag. Layers that an image which stays
 * has too stay with it.
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
