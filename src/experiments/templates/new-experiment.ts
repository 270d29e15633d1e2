import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { packageFolder } from '../../package-folder.js';
import type { Workspace } from '../../workspace/index.js';
import { nameFault, nameIn } from '../definition/index.js';
import { copyNew } from './copy-new.js';

/** What each template is, by the name of its folder in `templates/` of the package. */
export const templates = {
  hello: 'two roles that talk over a socket',
  split: 'a small network, split between a client and a server at a layer',
  federated: 'a server averages what clients learn from data of their own',
  batch: 'one program over a folder of inputs',
  argparse: 'an existing script with flags of its own, unchanged',
} as const;
export type TemplateName = keyof typeof templates;

/** An experiment that was made. */
export interface NewExperiment {
  name: string;
  template: TemplateName;
  folder: string;
  /** Relative paths with `/`, sorted. */
  files: string[];
}

/**
 * Makes an experiment of a workspace from a template. Nothing that is there is changed.
 * @throws CollabError `bad-experiment-name`, `experiment-exists`
 */
export async function newExperiment(
  workspace: Workspace,
  name: string,
  template: TemplateName,
): Promise<NewExperiment> {
  const fault = nameFault(name);
  if (fault !== null) throw badName(name, fault);
  const taken = await folderWithName(workspace, name);
  if (taken !== null) throw exists(name, taken);
  const from = join(packageFolder, 'templates', template);
  const folder = join(workspace.testCases, name);
  const change = (file: string, content: Buffer) =>
    file === 'experiment.yaml' ? named(content.toString(), name) : content;
  const files = await copyNew(from, folder, change).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? exists(name, folder) : error;
  });
  return { name, template, folder, files };
}

const named = (definition: string, name: string) => definition.replace(/^name: \S+/m, `name: ${name}`);

/** The folder of the experiment that has this name; its folder may have another one. */
async function folderWithName(workspace: Workspace, name: string): Promise<string | null> {
  for (const one of await workspace.experiments()) {
    const folder = join(workspace.testCases, one);
    if (one === name || (await nameIn(folder)) === name) return folder;
  }
  return null;
}

function badName(name: string, fault: string): CollabError {
  return new CollabError('bad-experiment-name', {
    what: `${JSON.stringify(name)} cannot be the name of an experiment.`,
    why: `It also names images and folders: ${fault}.`,
    next: 'Choose another one, such as my-experiment.',
    exitCode: ExitCode.usage,
  });
}

function exists(name: string, folder: string): CollabError {
  return new CollabError('experiment-exists', {
    what: `There is an experiment ${name} already, and it stays as it is.`,
    why: `It is in ${folder}.`,
    next: `Choose another name, or remove that folder.`,
    exitCode: ExitCode.usage,
  });
}
