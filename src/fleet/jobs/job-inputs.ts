import { normalize } from 'node:path/posix';
import { resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { checkName, type FileTree, readLocalTree } from '../files/index.js';
import { filesFolder, type JobSource, openRemote, type SourceOptions } from './job-source.js';
import type { JobDefinition } from './record.js';

/** Where each input appears in the folder of a task, and where it comes from. */
export type Inputs = Readonly<Record<string, string>>;

/** `--input data=store:datasets/cifar`. @throws CollabError `job-bad-input` */
export function inputsOf(words: readonly string[]): Inputs {
  const inputs: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 0) throw badInput(`--input ${word}`, 'It has no "=".');
    const name = word.slice(0, at);
    if (Object.hasOwn(inputs, name)) throw badInput(`--input ${word}`, `${name} is there twice.`);
    inputs[name] = word.slice(at + 1);
  }
  return inputs;
}

/** All files of a job, and what must be closed when they are put. */
export interface JobFiles extends AsyncDisposable {
  tree: FileTree;
}

/**
 * The files of a job's folder, and its inputs beside them: files and folders of this machine, of the store, or of S3. The source
 * stays open, and is another's to close.
 * @param inputs of job.yaml, where paths are relative to its folder; and of flags, which win
 * @throws CollabError `job-bad-input`, `job-input-there`, `store-no-local`, and those of `openRemote`
 */
export async function openInputs(
  source: JobSource,
  { written = {}, flags = {} }: { written?: Inputs | undefined; flags?: Inputs | undefined },
  options: SourceOptions,
): Promise<JobFiles> {
  const opened: AsyncDisposable[] = [];
  const close = async () => {
    for (const one of opened) await one[Symbol.asyncDispose]();
  };
  try {
    const trees = [source.tree];
    for (const [name, from] of Object.entries({ ...written, ...flags })) {
      const label = `The input ${name}=${from}`;
      const inside = name.replace(/\/+$/, '');
      checkInside(inside, label);
      const root = `${filesFolder}/${inside}`;
      const remote = await openRemote(from, root, options);
      if (remote !== null) opened.push(remote);
      const isOfFile = !Object.hasOwn(flags, name);
      const tree = remote?.tree ?? (await readLocalTree(localPath(source, from, isOfFile, label), root));
      if (tree.fileCount === 0) throw badInput(label, 'There are no files in it.');
      checkFree(trees, root, name, source.place);
      trees.push(tree);
    }
    return { tree: joined(trees), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function localPath({ folder, place }: JobSource, from: string, isOfFile: boolean, label: string): string {
  if (from === '') throw badInput(label, 'It says nothing after "=".');
  if (!isOfFile) return from;
  if (folder === null)
    throw badInput(
      label,
      `job.yaml in ${place} cannot name files of this machine. Give the input with --input.`,
    );
  return resolve(folder, from);
}

function checkInside(name: string, label: string): void {
  try {
    checkName(`${filesFolder}/${name}`);
  } catch (error) {
    throw badInput(label, error instanceof CollabError ? (error.why ?? error.what) : String(error));
  }
}

/** An input takes no place that something else has. */
function checkFree(trees: readonly FileTree[], root: string, name: string, place: string): void {
  for (const { name: other, kind } of trees.flatMap(({ files }) => files)) {
    const isBelow = other === root || other.startsWith(`${root}/`);
    const isAbove = kind !== 'folder' && root.startsWith(`${other}/`);
    if (isBelow || isAbove) throw inputThere(name, other.slice(filesFolder.length + 1), place);
  }
}

const joined = (trees: readonly FileTree[]): FileTree => ({
  files: trees.flatMap(({ files }) => files),
  fileCount: trees.reduce((sum, { fileCount }) => sum + fileCount, 0),
  totalBytes: trees.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
});

function badInput(label: string, why: string): CollabError {
  return new CollabError('job-bad-input', {
    what: `${label} cannot be used.`,
    why,
    next: 'Write where it appears in the folder of a task, and where it comes from: --input data=store:datasets/cifar',
    exitCode: ExitCode.usage,
  });
}

function inputThere(name: string, other: string, place: string): CollabError {
  return new CollabError('job-input-there', {
    what: `The input ${name} has no place in the folder of a task.`,
    why: `${other} is there already, from ${place} or another input.`,
    next: 'Give it another name, or take the other one out.',
    exitCode: ExitCode.usage,
  });
}

/**
 * Whether a job brings the requirements file that it names.
 * @param files of `openInputs`
 * @throws CollabError `job-no-requirements`
 */
export function checkRequirements(
  { requirements }: Pick<JobDefinition, 'requirements'>,
  { files }: FileTree,
): void {
  if (requirements === null) return;
  const name = `${filesFolder}/${normalize(requirements)}`;
  if (files.some((file) => file.name === name)) return;
  throw new CollabError('job-no-requirements', {
    what: `The job brings no file ${requirements}, which it names as its requirements.`,
    why: 'Tasks see the files of the job only. Its path is that below the folder of the job.',
    next: 'Put the file into the folder, or name another one: --requirements <file>',
    exitCode: ExitCode.usage,
  });
}
