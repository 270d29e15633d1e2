import { join } from 'node:path';
import { imageFile, type ImageFile, type PackagesSummary } from '../../logs/index.js';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';

/** What is kept of an image, or of a Python of the controller; null if nothing is. @param id as run.json has it */
export async function keptImage(workspace: Workspace, id: string): Promise<ImageFile | null> {
  const name = nameOf(id);
  const text = name === null ? null : await readFileIfThere(join(workspace.keptImages, name));
  if (text === null) return null;
  try {
    const file = imageFile.parse(JSON.parse(text));
    return file.id === id ? file : null;
  } catch {
    // Written by a newer collab, or damaged: it is read again from the image.
    return null;
  }
}

/** Keeps what was read of an image. @throws if it cannot be written */
export async function keepImage(workspace: Workspace, file: ImageFile): Promise<void> {
  const name = nameOf(file.id);
  if (name === null) throw new TypeError(`${JSON.stringify(file.id)} is no id of an image`);
  await writeFileAtomic(join(workspace.keptImages, name), `${JSON.stringify(file, null, 2)}\n`);
}

/** What run.json says of the packages in it. */
export function packagesSummary({ id, packages: { dpkg, python } }: ImageFile): PackagesSummary {
  return {
    file: join('.images', nameOf(id) ?? ''),
    dpkg: 'packages' in dpkg ? Object.keys(dpkg.packages).length : null,
    python: python.packages === undefined ? null : Object.keys(python.packages).length,
  };
}

/** An id comes from an engine or a run of others: it leads nowhere else. */
function nameOf(id: string): string | null {
  const found = /^(?:sha256:)?((?:python-)?[0-9a-f]{1,64})$/.exec(id)?.[1];
  return found === undefined ? null : `${found}.json`;
}
