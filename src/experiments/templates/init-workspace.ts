import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { packageFolder } from '../../package-folder.js';
import { Workspace } from '../../workspace/index.js';
import { copyNew } from './copy-new.js';
import { logsIgnored, workspaceReadme } from './workspace-files.js';

export interface InitOptions {
  /** Also adds the larger examples: split-inference, and folders of jobs. */
  examples?: boolean | undefined;
  /** Makes a workspace inside another one. */
  force?: boolean | undefined;
}

export interface InitResult {
  /** Absolute path of the workspace. */
  folder: string;
  /** Whether it was a workspace before. */
  existed: boolean;
  /** What was made: paths relative to the workspace; a folder ends with `/`. */
  made: string[];
  /** What was there already, and stays as it is. */
  kept: string[];
}

/** A file with its text, or a folder that is copied from the package. */
type Part = readonly [path: string, text: string | null];

const hello: Part = ['TestCases/hello/', null];
const examples: readonly Part[] = [
  ['TestCases/split-inference/', null],
  ['examples/linear-regression/', null],
  ['examples/film-thumbnails/', null],
];

/**
 * Makes a workspace with the experiment hello. Nothing that is there is changed, and a folder that is a workspace already
 * gets only the examples that were asked for. If a part can't be made, none is.
 * @throws CollabError `inside-workspace`, `not-a-folder`
 */
export async function initWorkspace(path: string, options: InitOptions = {}): Promise<InitResult> {
  const folder = resolve(path);
  const around = Workspace.around(folder);
  const existed = around?.root === folder;
  if (around !== null && !existed && options.force !== true) throw inside(folder, around.root);
  const basis: Part[] = [
    ['README.md', workspaceReadme(basename(folder))],
    ['Logs/.gitignore', logsIgnored],
    hello,
  ];
  const parts = [...(existed ? [] : basis), ...(options.examples === true ? examples : [])];
  const made: string[] = [];
  const kept: string[] = [];
  const newFolders: string[] = [];
  try {
    for (const part of parts) {
      const first = await mkdir(dirname(join(folder, part[0])), { recursive: true });
      if (first !== undefined) newFolders.push(first);
      ((await isMade(folder, part)) ? made : kept).push(part[0]);
    }
  } catch (error) {
    for (const one of [...made.map((each) => join(folder, each)), ...newFolders.reverse()])
      await rm(one, { recursive: true, force: true });
    throw isFileInTheWay(error) ? notAFolder(error.path ?? folder) : error;
  }
  return { folder, existed, made, kept };
}

/** @returns whether the part was made; false if it was there */
async function isMade(folder: string, [path, text]: Part): Promise<boolean> {
  try {
    if (text === null) await copyNew(join(packageFolder, path), join(folder, path));
    else await writeFile(join(folder, path), text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isFileInTheWay(error: unknown): error is NodeJS.ErrnoException {
  return ['EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function notAFolder(path: string): CollabError {
  return new CollabError('not-a-folder', {
    what: `The workspace cannot be made: ${path} is not a folder.`,
    why: 'A file of that name is in the way. Nothing was changed.',
    next: 'Choose another folder, such as: collab init my-experiments',
    exitCode: ExitCode.usage,
  });
}

function inside(folder: string, root: string): CollabError {
  return new CollabError('inside-workspace', {
    what: `${folder} is inside the workspace ${root}.`,
    why: 'Commands use the nearest workspace, so experiments and runs would be in two places.',
    next: 'Add an experiment to that one: collab new my-experiment. To make a workspace inside it all the same: collab init --force',
    exitCode: ExitCode.usage,
  });
}
