import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../workspace/index.js';
import { readBaseFacts } from './base-facts.js';
import { checkFolder, Experiment, type Findings, type LoadOptions } from './experiment.js';
import type { Fault } from './faults.js';
import { sharedNames, sharedNameText } from './shared-names.js';

/**
 * Loads an experiment of a workspace, given by its name or by a path to its folder.
 * @param toRun where it is to run, so that what cannot start there is a fault too, if python3 of this machine finds it.
 *   Here, on this machine without an engine, the programs of base images do not matter.
 * @param dataFrom the folder from which relative paths of data are seen; default, the experiment's own
 * @throws CollabError `experiment-missing` when there is none, `experiment-invalid` with every fault and its line
 */
export async function loadExperiment(
  workspace: Workspace,
  nameOrPath: string,
  toRun?: 'here' | 'devices',
  dataFrom?: string,
): Promise<Experiment> {
  const { readBase, ...options } = await optionsOf(workspace);
  return Experiment.load(workspace.experimentFolder(nameOrPath), {
    ...options,
    dataFrom,
    ...(toRun !== 'here' && readBase && { readBase }),
    ...(toRun !== undefined && { syntax: toRun === 'here' ? 'here' : 'base' }),
  });
}

/**
 * All faults and remarks of an experiment, in the order of its lines; it is valid without faults.
 * @throws CollabError `experiment-missing` when there is none
 */
export async function validateExperiment(workspace: Workspace, nameOrPath: string): Promise<Findings> {
  const folder = workspace.experimentFolder(nameOrPath);
  const { faults, remarks } = await checkFolder(folder, { ...(await optionsOf(workspace)), syntax: 'base' });
  return { faults, remarks: [...remarks, ...(await nameRemarks(workspace, folder))] };
}

/** Other folders with the name of this one. */
async function nameRemarks(workspace: Workspace, folder: string): Promise<Fault[]> {
  const here = await realpath(folder);
  const remarks: Fault[] = [];
  for (const shared of await sharedNames(workspace, folder)) {
    const folders = await Promise.all(shared.folders.map((one) => realpath(join(workspace.root, one))));
    if (!folders.includes(here)) continue;
    const message = `${sharedNameText(shared)} Give each its own.`;
    remarks.push({ file: 'experiment.yaml', line: null, path: 'name', message });
  }
  return remarks;
}

async function optionsOf(workspace: Workspace): Promise<LoadOptions> {
  return {
    flavors: await workspace.baseImages(),
    readBase: (flavor) => readBaseFacts(workspace, flavor),
    known: await workspace.experiments(),
    aboutKnown: async () => (await sharedNames(workspace)).map(sharedNameText),
  };
}
