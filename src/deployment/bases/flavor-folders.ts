import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { filesBelow, folderFiles, type TarFile } from '../archives/index.js';
import { contentsOf } from '../layers/index.js';
import { type BaseFileManifest, flavorEntry } from './base-file.js';
import type { CheckedFile } from './check-base-file.js';

type FlavorFile = BaseFileManifest['flavors'][number]['files'][number];

/** Names of the flavors that this workspace lacks. @throws CollabError `flavor-differs` instead of overwriting one */
export async function newFlavors({ manifest }: CheckedFile, workspace: Workspace): Promise<string[]> {
  const wanted: string[] = [];
  for (const { name, files } of manifest.flavors) {
    const folder = workspace.baseImage(name);
    const same = folder !== null && (await summary(folder)) === summaryOf(files);
    if (same) continue;
    if (existsSync(join(workspace.root, 'base-images', name))) throw differs(name, workspace);
    wanted.push(name);
  }
  return wanted;
}

/** The files of a flavor as the manifest of a file of bases lists them. */
export function describeFiles(files: readonly TarFile[]): Promise<FlavorFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const [sha256 = ''] = Object.values(await contentsOf([file]));
      const size = 'path' in file ? (await stat(file.path)).size : 0;
      return { path: file.name, executable: file.executable === true, sha256, size_bytes: size };
    }),
  );
}

async function summary(folder: string): Promise<string> {
  return summaryOf(await describeFiles(await filesBelow(folder, await folderFiles(folder), '')));
}

function summaryOf(files: readonly FlavorFile[]): string {
  return files
    .map(({ path, executable, sha256 }) => `${path}\0${executable}\0${sha256}`)
    .sort()
    .join('\n');
}

/** Writes the folder under a temporary name and renames it. */
export async function writeFlavor(
  name: string,
  { manifest, contents }: CheckedFile,
  workspace: Workspace,
): Promise<string> {
  const folder = join(workspace.root, 'base-images', name);
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(join(dirname(folder), `.${name}-`));
  try {
    for (const { path, executable } of manifest.flavors.find((one) => one.name === name)?.files ?? []) {
      const to = join(aside, path);
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, contents.get(flavorEntry(name, path)) ?? '', { mode: executable ? 0o755 : 0o644 });
    }
    await chmod(aside, 0o755);
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

function differs(name: string, workspace: Workspace): CollabError {
  return new CollabError('flavor-differs', {
    what: `The base "${name}" in the file differs from the one in this workspace. Nothing was imported.`,
    why: `${join(workspace.root, 'base-images', name)} holds different files, so its images have different tags.`,
    next: 'Rename that folder or make the two equal, then import again.',
    exitCode: ExitCode.usage,
  });
}
