import { CollabError, ExitCode } from '../../errors.js';
import type { FileStore, FileVersion } from '../files/index.js';
import { isOfOneUser } from './shared-name.js';

/** An image that becomes a file of the job. */
export interface OwnImage {
  kind: 'own';
  /** What it is called in the results. */
  image: string;
  sizeBytes: number;
  content: () => AsyncIterable<Uint8Array>;
}

/** An image that stays where it is in the store. */
interface StoredImage {
  kind: 'stored';
  image: string;
  version: number;
}

export type QueryImage = OwnImage | StoredImage;

/** The images of a job, and how often they are asked about. */
export interface Queries {
  /** For messages: as the user named them. */
  place: string;
  images: readonly QueryImage[];
  /** Files that are no images, by name. */
  left: readonly string[];
  count: number;
}

/** Queries of one job. */
export const maxQueries = 10_000_000;
export const isImage = (name: string): boolean => /\.(?:png|jpe?g|bmp|webp|gif)$/i.test(name);

/** What a folder or pattern has: images by name, and what else there is. */
export interface FoundImages {
  images: readonly QueryImage[];
  left: readonly string[];
}

/** Images of the store. Those that only one user sees become files of the job, which devices can read. */
export function imagesInStore(
  store: FileStore,
  files: readonly FileVersion[],
  signal?: AbortSignal,
): FoundImages {
  const isOne = ({ kind, name }: FileVersion) => kind === 'file' && isImage(name);
  return {
    images: files.filter(isOne).map(({ name, version, sizeBytes }) => {
      if (!isOfOneUser(name)) return { kind: 'stored', image: name, version };
      const content = async function* () {
        yield* (await store.open(name, version, signal)).content();
      };
      return { kind: 'own', image: name, sizeBytes, content };
    }),
    left: files.filter((file) => file.kind !== 'folder' && !isOne(file)).map(({ name }) => name),
  };
}

/**
 * So many queries over the images, in their order and from the beginning again; without a count, one for each.
 * @throws CollabError `infer-no-images`, `infer-too-many`
 */
export function planQueries(place: string, { images, left }: FoundImages, count?: number): Queries {
  if (images.length === 0) throw noImages(place, left);
  const wanted = count ?? images.length;
  if (wanted > maxQueries) throw tooMany(wanted);
  return { place, images: images.slice(0, wanted), left, count: wanted };
}

function noImages(place: string, left: readonly string[]): CollabError {
  const shown = left.slice(0, 5).join(', ');
  return new CollabError('infer-no-images', {
    what: `There are no images in ${place}.`,
    why:
      left.length === 0
        ? 'It has no files.'
        : `It has ${left.length === 1 ? 'one file' : `${left.length} files`} of other kinds: ${shown}${left.length > 5 ? ', ...' : ''}.`,
    next: 'Name a folder, or a pattern such as store:photos/**, with png, jpg, jpeg, bmp, webp, or gif files.',
    exitCode: ExitCode.usage,
  });
}

function tooMany(count: number): CollabError {
  return new CollabError('infer-too-many', {
    what: `The job would have ${count} queries, and at most ${maxQueries} are allowed.`,
    next: 'Submit it in several jobs.',
    exitCode: ExitCode.usage,
  });
}
