import type { Workspace } from '../../workspace/index.js';
import { checkFolder, Experiment, type LoadOptions } from './experiment.js';
import type { Fault } from './faults.js';

/**
 * Loads an experiment of a workspace, given by its name or by a path to its folder.
 * @throws CollabError `experiment-missing` when there is none, `experiment-invalid` with every fault and its line
 */
export async function loadExperiment(workspace: Workspace, nameOrPath: string): Promise<Experiment> {
  return Experiment.load(workspace.experimentFolder(nameOrPath), await optionsOf(workspace));
}

/**
 * All faults of an experiment, in the order of its lines; empty when it is valid.
 * @throws CollabError `experiment-missing` when there is none
 */
export async function validateExperiment(workspace: Workspace, nameOrPath: string): Promise<Fault[]> {
  return checkFolder(workspace.experimentFolder(nameOrPath), await optionsOf(workspace));
}

async function optionsOf(workspace: Workspace): Promise<LoadOptions> {
  return {
    hasFlavor: (flavor) => workspace.baseImage(flavor) !== null,
    known: await workspace.experiments(),
  };
}
