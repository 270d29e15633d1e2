import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readFileIfThere } from '../../workspace/index.js';
import { imageFile, type ImageFile, type RunRecord } from '../records/index.js';

/** In the folder of a run that came from elsewhere: the lists of packages that it has brought. */
export const broughtFolder = 'packages';
/** Beside the runs of a workspace: the lists of packages that were read here. */
const keptFolder = '.images';

/**
 * The folder with the lists of a run's packages. What others say of an image is never taken for what was read of it here, so
 * those that a run has brought stay in its own folder.
 */
export async function imageListsFolder(runFolder: string): Promise<string> {
  const brought = join(runFolder, broughtFolder);
  const isThere = await stat(brought).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere ? brought : join(dirname(dirname(resolve(runFolder))), keptFolder);
}

/** The list of an image, or of a Python of the controller; null if there is none. @param id as run.json has it */
export async function readImageList(folder: string, id: string): Promise<ImageFile | null> {
  const name = imageListName(id);
  const text = name === null ? null : await readFileIfThere(join(folder, name));
  if (text === null) return null;
  try {
    const file = imageFile.parse(JSON.parse(text));
    return file.id === id ? file : null;
  } catch {
    // Written by a newer collab, or damaged: it is read again from the image.
    return null;
  }
}

/** Name of the file for an id, which comes from an engine or a run of others: it leads nowhere else. */
export function imageListName(id: string): string | null {
  const found = /^(?:sha256:)?((?:python-)?[0-9a-f]{1,64})$/.exec(id)?.[1];
  return found === undefined ? null : `${found}.json`;
}

/** Ids of the lists that a run names: of its images, and of the python3 of roles without one. */
export function imageListIds({ images, python }: Pick<RunRecord, 'images' | 'python'>): string[] {
  const ofPython =
    python === undefined || 'unavailable' in python || 'unavailable' in python.packages
      ? []
      : [basename(python.packages.file, '.json')];
  return [...new Set([...images.map(({ image_id: id }) => id), ...ofPython])];
}
