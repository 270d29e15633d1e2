import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { type FolderExperiment, folderId } from '../definition/index.js';

/** Where the files of an experiment of this id are kept. */
export const keptFolder = ({ keptExperiments }: Workspace, id: string): string => join(keptExperiments, id);

/** An experiment by its files. */
type Files = Pick<FolderExperiment, 'name' | 'folder' | 'id' | 'files'>;

/**
 * Keeps the files of an experiment, read-only, once per id. What its data folders hold is not part of it.
 * @returns the folder
 * @throws CollabError `experiment-changing` if a file changes meanwhile
 */
export async function keepExperiment(workspace: Workspace, experiment: Files): Promise<string> {
  const folder = keptFolder(workspace, experiment.id);
  if (await isThere(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const copy = await mkdtemp(join(dirname(folder), '.new-'));
  try {
    await copyFiles(experiment, copy);
    if ((await folderId(copy, experiment.files)) !== experiment.id) throw changing(experiment);
    await chmod(copy, 0o755);
    await rename(copy, folder);
  } catch (error) {
    // Another run of the same experiment was sooner.
    if (!(await isThere(folder))) throw error;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
  return folder;
}

async function copyFiles({ folder, files }: Files, copy: string): Promise<void> {
  for (const file of files) {
    const [from, to] = [join(folder, file), join(copy, file)];
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, ((await stat(from)).mode & 0o100) === 0 ? 0o444 : 0o555);
  }
}

const isThere = (folder: string) =>
  stat(folder).then(
    () => true,
    () => false,
  );

function changing({ name, folder }: Files): CollabError {
  return new CollabError('experiment-changing', {
    what: `The experiment ${name} was changed while its files were being kept.`,
    why: `A run keeps the code that it runs, and ${folder} is not what was read a moment ago.`,
    next: 'Run it again when nothing writes to this folder.',
    exitCode: ExitCode.usage,
  });
}
