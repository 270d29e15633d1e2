import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { didYouMean } from '../../workspace/index.js';
import { modelName } from '../jobs/index.js';
import type { CodeFile } from './code.js';
import { checkModelFile, invalidModel, type ModelFile } from './model-file.js';

/** A model that users can name, with all that its processes need but weights. */
export interface Model {
  name: string;
  file: ModelFile;
  /** Of this machine, its yaml file; for messages. */
  path: string;
  code: readonly CodeFile[];
}

const ending = '.yaml';

/**
 * Names of the models in some folders, sorted.
 * @param folders of `Workspace.modelFolders`; one that is not there has none
 */
export async function modelNames(folders: readonly string[]): Promise<string[]> {
  const entries = await Promise.all(folders.map(entriesOf));
  const names = entries.flat().filter((name) => name.endsWith(ending));
  return [...new Set(names.map((name) => name.slice(0, -ending.length)))]
    .filter((name) => modelName.safeParse(name).success)
    .sort();
}

/**
 * Reads a model. Its code is all Python files of its folder, and those of later folders that it does not have: one file of a
 * workspace is a model, beside the programs that come with collab.
 * @throws CollabError `model-unknown`, `model-invalid` with every fault and its line
 */
export async function readModel(folders: readonly string[], name: string): Promise<Model> {
  const entries = await Promise.all(folders.map(entriesOf));
  const at = entries.findIndex((names) => names.includes(`${name}${ending}`));
  const folder = folders[at];
  if (folder === undefined || !modelName.safeParse(name).success)
    throw unknownModel(name, await modelNames(folders), folders);
  const path = join(folder, `${name}${ending}`);
  const code = new Map<string, CodeFile>();
  for (const [place, names] of entries.entries()) {
    if (place < at) continue;
    for (const file of names.filter((one) => one.endsWith('.py') && !code.has(one)))
      code.set(file, { name: file, content: await readFile(join(folders[place] ?? '', file)) });
  }
  const checked = await checkModelFile(name, await readFile(path, 'utf8'), [...code.keys()].sort());
  if ('faults' in checked) throw invalidModel(path, checked.faults);
  return { name, file: checked.file, path, code: [...code.values()] };
}

const entriesOf = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

function unknownModel(name: string, known: readonly string[], folders: readonly string[]): CollabError {
  return new CollabError('model-unknown', {
    what: `There is no model ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    why: known.length === 0 ? `No model is in ${folders.join(' or ')}.` : `There are ${known.join(', ')}.`,
    next: 'See them: collab infer models. One of your own is a file models/<name>.yaml; how to write it: collab docs inference',
    exitCode: ExitCode.usage,
  });
}
