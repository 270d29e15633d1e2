import { type FileStore, filesMatching } from '../files/index.js';
import { isInStore, nameInStore } from '../jobs/index.js';
import { localImages } from './local-images.js';
import { type FoundImages, imagesInStore } from './queries.js';

/**
 * The images that a user names: a folder or file of this machine, or a pattern of the store, `store:photos/**`.
 * @param store needed for names in it
 * @throws CollabError `infer-no-folder`, and those of the store
 */
export async function findImages(
  typed: string,
  store?: FileStore,
  signal?: AbortSignal,
): Promise<FoundImages> {
  if (!isInStore(typed)) return localImages(typed);
  if (store === undefined) throw new TypeError(`no store is open for ${typed}`);
  return imagesInStore(store, await filesMatching(store, nameInStore(typed), signal), signal);
}
