import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { isUtf8 } from '../../workspace/index.js';
import { type FoundImages, isImage, type OwnImage } from './queries.js';

const readBytes = 1 << 20;

/**
 * The images in a folder of this machine and in the folders below it, or one image. Links to files are followed, links to folders
 * are not: they may lead in a circle.
 * @throws CollabError `infer-no-folder`
 */
export async function localImages(path: string): Promise<FoundImages> {
  const root = await stat(path).catch((error: unknown) => {
    throw noFolder(path, error);
  });
  if (!root.isDirectory()) {
    const name = basename(path);
    return isImage(name) ? { images: [ownImage(path, name, root)], left: [] } : { images: [], left: [name] };
  }
  const images: OwnImage[] = [];
  const left: string[] = [];
  for (const name of (await filesBelow(path, '')).sort()) {
    const stats = await stat(join(path, name)).catch(() => null);
    if (stats?.isDirectory() === true) continue;
    if (stats?.isFile() === true && isImage(name) && isUtf8(name))
      images.push(ownImage(join(path, name), name, stats));
    else left.push(name);
  }
  return { images, left };
}

/** Names of all that is no folder. */
async function filesBelow(folder: string, inside: string): Promise<string[]> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  const names = await Promise.all(
    entries.map(async (entry) => {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, name) : [name];
    }),
  );
  return names.flat();
}

const ownImage = (path: string, image: string, { size }: Stats): OwnImage => ({
  kind: 'own',
  image,
  sizeBytes: size,
  content: () => createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Uint8Array>,
});

function noFolder(path: string, error: unknown): CollabError {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new CollabError('infer-no-folder', {
    what: isMissing ? `There is no folder ${path} here.` : `${path} cannot be read.`,
    why: isMissing ? undefined : String(error),
    next: 'Name a folder with images, or images of the store: store:photos/**',
    exitCode: ExitCode.usage,
    cause: error,
  });
}
