import { basename, dirname, resolve } from 'node:path';
import { folderFiles } from '../../deployment/index.js';
import {
  type ImageFile,
  imageListIds,
  imageListsFolder,
  readImageList,
  readSettledRun,
  type RunRecord,
} from '../../logs/index.js';
import { Workspace } from '../../workspace/index.js';
import { folderId } from '../definition/index.js';
import { keptFolder } from './keep-experiment.js';

/** Whether the code of a run is kept, and is what ran. */
export interface KeptCode {
  /** Null if it is not there. */
  folder: string | null;
  state: 'kept' | 'changed' | 'missing';
}

/** All that is known of what ran. */
export interface Provenance {
  run: RunRecord;
  code: KeptCode;
  /** The folder with the lists of packages. */
  lists: string;
  /** What was kept of the images, by their ids; without those of which nothing is. */
  images: ReadonlyMap<string, ImageFile>;
  /** What was kept of the python3 of a run without images. */
  python: ImageFile | null;
}

/** Reads what a run says of itself, and what was kept of it beside the runs of its workspace. */
export async function readProvenance(workspace: Workspace, runFolder: string): Promise<Provenance> {
  const run = await readSettledRun(runFolder);
  const logs = dirname(dirname(resolve(runFolder)));
  const own = basename(logs) === 'Logs' ? new Workspace(dirname(logs)) : workspace;
  const lists = await imageListsFolder(runFolder);
  const images = new Map<string, ImageFile>();
  for (const { image_id: id } of run.images) {
    const file = images.has(id) ? null : await readImageList(lists, id);
    if (file !== null) images.set(id, file);
  }
  const ofPython = imageListIds({ ...run, images: [] })[0];
  const python = ofPython === undefined ? null : await readImageList(lists, ofPython);
  return { run, code: await keptCode(own, run.experiment.id), lists, images, python };
}

/** @param id of an experiment, as a run has it; empty if it is not known */
export async function keptCode(workspace: Workspace, id: string): Promise<KeptCode> {
  const folder = keptFolder(workspace, id);
  const files = /^[0-9a-f]+$/.test(id) ? await folderFiles(folder).catch(() => []) : [];
  if (files.length === 0) return { folder: null, state: 'missing' };
  return { folder, state: (await folderId(folder, files)) === id ? 'kept' : 'changed' };
}
