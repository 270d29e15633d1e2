import { folderHere, HashCache, isFolder, localContent } from '../../deployment/index.js';
import { CollabError } from '../../errors.js';
import { otherWorkspaces, type Workspace } from '../../workspace/index.js';
import { loadExperiment } from '../definition/index.js';

export interface NeededData {
  /** SHA-256 (hex) of each folder of this machine that an experiment of the workspace sends to devices. */
  hashes: string[];
  /** Experiments or data that could not be read, so their needs are unknown. */
  unread: { experiment: string; reason: string }[];
}

/** Reads the data on this machine that the experiments of a workspace name. */
export async function neededData(workspace: Workspace, signal?: AbortSignal): Promise<NeededData> {
  const cache = new HashCache(workspace);
  const needed: NeededData = { hashes: [], unread: [] };
  for (const name of await workspace.experiments()) {
    try {
      const { dataFrom, definition } = await loadExperiment(workspace, name);
      const paths = definition.roles.flatMap(({ data }) =>
        data.map(({ path }) => folderHere(path, dataFrom)),
      );
      for (const path of new Set(paths)) {
        // Data that only a device has is not here, and was not sent. A relative path that does not exist is a fault.
        if (isFolder(path)) needed.hashes.push((await localContent(path, cache, signal)).hash);
      }
    } catch (error) {
      if (isInterrupt(error) || !isKnown(error)) throw error;
      needed.unread.push({
        experiment: name,
        reason: error instanceof CollabError ? error.what : error.message,
      });
    }
  }
  return needed;
}

/** The same of the other workspaces of this user on this machine, with their folders. */
export async function neededDataElsewhere(
  workspace: Workspace,
  signal?: AbortSignal,
): Promise<(NeededData & { workspace: string })[]> {
  const all: (NeededData & { workspace: string })[] = [];
  for (const other of await otherWorkspaces(workspace)) {
    try {
      all.push({ workspace: other.root, ...(await neededData(other, signal)) });
    } catch (error) {
      if (isInterrupt(error) || !isKnown(error)) throw error;
      all.push({
        workspace: other.root,
        hashes: [],
        unread: [{ experiment: 'its experiments', reason: error.message }],
      });
    }
  }
  return all;
}

const isInterrupt = (error: unknown) => error instanceof CollabError && error.name === 'interrupted';

/** Programming errors are not known: an unreadable file has the system call that failed. */
const isKnown = (error: unknown): error is Error =>
  error instanceof CollabError || (error instanceof Error && 'syscall' in error);
