import type { DeviceImage } from './device-images.js';
import { standsOn } from './own-bytes.js';

export interface PrunePlan {
  /** Those that go, the highest first, so that what they stand on can go after them. */
  remove: readonly DeviceImage[];
  keep: readonly DeviceImage[];
  /** What becomes free when all of them go. */
  freedBytes: number;
}

/**
 * Pure: which images of ours a device can do without: all that carry no needed tag, and that no image which stays
 * stands on.
 */
export function planPrune(images: readonly DeviceImage[], needed: ReadonlySet<string>): PrunePlan {
  const named = images.filter(({ refs }) => refs.some((ref) => needed.has(ref)));
  const stays = (image: DeviceImage) => named.includes(image) || named.some((one) => standsOn(one, image));
  const remove = images.filter((image) => !stays(image)).reverse();
  return {
    remove,
    keep: images.filter(stays),
    freedBytes: remove.reduce((sum, image) => sum + image.ownBytes, 0),
  };
}
