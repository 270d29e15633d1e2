import { existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';

const isExperiment = (folder: string): boolean => existsSync(join(folder, 'experiment.yaml'));

/**
 * The folder of the one experiment in a folder: its own, or that of its `TestCases/`.
 * @param wanted relative path of the one that is meant
 * @throws CollabError `experiment-missing`, `several-experiments`, `path-outside`
 */
export async function findExperiment(folder: string, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) {
    const path = await inside(folder, wanted);
    if (path !== null && isExperiment(path)) return path;
    throw missing(`there is no ${wanted}/experiment.yaml in it`);
  }
  if (isExperiment(folder)) return folder;
  const names = await readdir(join(folder, 'TestCases')).catch(() => []);
  const found = names.filter((name) => isExperiment(join(folder, 'TestCases', name))).sort();
  const [first] = found;
  if (first === undefined)
    throw missing('neither itself nor a folder of its TestCases/ has an experiment.yaml');
  if (found.length > 1) {
    throw new CollabError('several-experiments', {
      what: `There are ${found.length} experiments in it.`,
      why: found.map((name) => `TestCases/${name}`).join(', '),
      next: `Choose one: --path TestCases/${first}`,
      exitCode: ExitCode.usage,
    });
  }
  const path = await inside(folder, `TestCases/${first}`);
  if (path === null) throw missing(`TestCases/${first} leads out of it`);
  return path;
}

/** Null for what is not there, and for what leads out of the folder. */
async function inside(folder: string, path: string): Promise<string | null> {
  const root = await realpath(folder);
  const target = await realpath(join(folder, path)).catch(() => null);
  if (target === null || (target !== root && !target.startsWith(root + sep))) return null;
  const isThere = (await stat(target)).isDirectory() && !relative(root, target).split(sep).includes('.git');
  return isThere ? target : null;
}

function missing(why: string): CollabError {
  return new CollabError('experiment-missing', {
    what: 'There is no experiment to import.',
    why: `Of the folder, ${why}.`,
    next: 'Give the folder of an experiment, or name it with --path.',
    exitCode: ExitCode.usage,
  });
}
