import { CollabError } from '../../errors.js';
import type { DeviceFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { loadExperiment } from '../definition/index.js';
import { rolesThatFit } from './fitting-roles.js';
import { readBases } from './bases.js';
import { imagesByRole } from './images-by-role.js';

export interface NeededImages {
  /** Tags of all layers of all images that the experiments of a workspace need now on these devices. */
  refs: Set<string>;
  /** Experiments that could not be read, so their needs are unknown. */
  unread: { experiment: string; reason: string }[];
}

/** Reads every experiment of a workspace and plans its images. Builds nothing. */
export async function neededImages(
  workspace: Workspace,
  devices: readonly { name: string; tags: readonly string[]; facts: DeviceFacts }[],
): Promise<NeededImages> {
  const needed: NeededImages = { refs: new Set(), unread: [] };
  for (const name of await workspace.experiments()) {
    try {
      const experiment = await loadExperiment(workspace, name);
      const bases = await readBases(experiment.definition.roles, workspace);
      const pairs = rolesThatFit(experiment.definition.roles, devices, bases);
      const imageOf = await imagesByRole(experiment, bases, pairs, devices);
      for (const { role, device } of pairs) {
        for (const { ref } of imageOf(role, device).plan.layers) needed.refs.add(ref);
      }
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
      needed.unread.push({ experiment: name, reason: error.what });
    }
  }
  return needed;
}
