import { join } from 'node:path';
import type { DeviceImage } from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import { otherWorkspaces, type Workspace } from '../../workspace/index.js';
import { nameIn } from '../definition/index.js';
import { neededImages } from './needed-images.js';

/** What the other workspaces of this user need on devices that they may share with this one. */
export interface NeededElsewhere {
  /** The folder of a workspace that uses an image; null if none does. */
  ownerOf: (image: Pick<DeviceImage, 'refs' | 'experiment'>) => string | null;
  /** What could not be read there. Every code image of such an experiment is kept; if it is a whole workspace, every image. */
  unread: { workspace: string; experiment: string | null; reason: string }[];
}

/** Reads the experiments of the other workspaces of this user on this machine. */
export async function neededElsewhere(
  workspace: Workspace,
  devices: Parameters<typeof neededImages>[1],
): Promise<NeededElsewhere> {
  const byRef = new Map<string, string>();
  const byExperiment = new Map<string, string>();
  const unread: NeededElsewhere['unread'] = [];
  let unreadRoot: string | null = null;
  for (const other of await otherWorkspaces(workspace)) {
    try {
      const needed = await neededImages(other, devices);
      for (const ref of needed.refs) byRef.set(ref, other.root);
      for (const { experiment, reason } of needed.unread) {
        // An image has the name in the file, where the folder has another one.
        const name = await nameIn(join(other.testCases, experiment));
        for (const one of [experiment, name]) if (one !== null) byExperiment.set(one, other.root);
        unread.push({ workspace: other.root, experiment, reason });
      }
    } catch (error) {
      unreadRoot ??= other.root;
      unread.push({ workspace: other.root, experiment: null, reason: messageOf(error) });
    }
  }
  const ownerOf: NeededElsewhere['ownerOf'] = ({ refs, experiment }) =>
    refs.map((ref) => byRef.get(ref)).find((root) => root !== undefined) ??
    byExperiment.get(experiment ?? '') ??
    unreadRoot;
  return { ownerOf, unread };
}
