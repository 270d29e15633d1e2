import { join } from 'node:path';
import {
  type ImageFile,
  imageListIds,
  imageListName,
  imageListsFolder,
  type PackagesSummary,
  readImageList,
  type RunRecord,
} from '../../logs/index.js';
import { type Workspace, writeFileAtomic } from '../../workspace/index.js';

/** What is kept of an image, or of a Python of the controller; null if nothing is. @param id as run.json has it */
export const keptImage = (workspace: Workspace, id: string): Promise<ImageFile | null> =>
  readImageList(workspace.keptImages, id);

/** Keeps what was read of an image. @throws if it cannot be written */
export async function keepImage(workspace: Workspace, file: ImageFile): Promise<void> {
  const name = imageListName(file.id);
  if (name === null) throw new TypeError(`${JSON.stringify(file.id)} is no id of an image`);
  await writeFileAtomic(join(workspace.keptImages, name), `${JSON.stringify(file, null, 2)}\n`);
}

/** Files with the lists of a run's images and of its python3, as far as they are there, by their names. */
export async function listFiles(
  runFolder: string,
  record: Pick<RunRecord, 'images' | 'python'>,
): Promise<{ name: string; path: string }[]> {
  const folder = await imageListsFolder(runFolder);
  const found = imageListIds(record).map(async (id) => {
    const name = imageListName(id);
    return name === null || (await readImageList(folder, id)) === null
      ? []
      : [{ name, path: join(folder, name) }];
  });
  return (await Promise.all(found)).flat();
}

/** What run.json says of the packages in it. */
export function packagesSummary({ id, packages: { dpkg, python } }: ImageFile): PackagesSummary {
  return {
    file: join('.images', imageListName(id) ?? ''),
    dpkg: 'packages' in dpkg ? Object.keys(dpkg.packages).length : null,
    python: python.packages === undefined ? null : Object.keys(python.packages).length,
  };
}
