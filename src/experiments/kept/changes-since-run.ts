import { join } from 'node:path';
import { folderFiles } from '../../deployment/index.js';
import { sha256OfFiles, type Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import { keptCode } from './provenance.js';

/** What differs in the files of an experiment from those that a run had; or why that cannot be said. */
export type Changes =
  { known: true; added: string[]; changed: string[]; removed: string[] } | { known: false; why: string };

/** Compares an experiment with the code that was kept of a run of it. @param id of the experiment then */
export async function changesSinceRun(
  workspace: Workspace,
  experiment: Pick<Experiment, 'id' | 'folder' | 'files'>,
  id: string,
): Promise<Changes> {
  if (id === experiment.id) return { known: true, added: [], changed: [], removed: [] };
  const { folder: kept, state } = await keptCode(workspace, id);
  if (kept === null) return { known: false, why: 'code not kept' };
  if (state === 'changed') return { known: false, why: 'kept code was changed' };
  const before = await folderFiles(kept);
  const { files, folder } = experiment;
  const both = files.filter((file) => before.includes(file));
  const [then, now] = await Promise.all(
    [kept, folder].map((place) => sha256OfFiles(both.map((file) => join(place, file)))),
  );
  return {
    known: true,
    added: files.filter((file) => !before.includes(file)),
    changed: both.filter((_, at) => then?.[at] !== now?.[at]),
    removed: before.filter((file) => !files.includes(file)),
  };
}
