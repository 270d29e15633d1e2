import { CollabError } from '../../errors.js';
import type { Engine } from '../engine/index.js';
import type { DeviceImage } from './device-images.js';

/** Images that were removed, and those that a container uses. */
export interface Pruned {
  removed: DeviceImage[];
  inUse: DeviceImage[];
}

/** Removes images in the given order. Images that a container uses are kept. */
export async function prune(engine: Engine, images: readonly DeviceImage[]): Promise<Pruned> {
  const pruned: Pruned = { removed: [], inUse: [] };
  for (const image of images) {
    try {
      for (const name of image.refs.length > 0 ? image.refs : [image.id]) await engine.removeImage(name);
      pruned.removed.push(image);
    } catch (error) {
      if (!(error instanceof CollabError) || error.name !== 'image-in-use') throw error;
      pruned.inUse.push(image);
    }
  }
  return pruned;
}
