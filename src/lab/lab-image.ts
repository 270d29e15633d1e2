import {
  buildImage,
  contentsOf,
  type Engine,
  filesBelow,
  folderFiles,
  hashOf,
  type LayerEvent,
} from '../deployment/index.js';
import type { Emit } from '../events.js';
import { besideCode } from '../package-folder.js';
import { readFile } from 'node:fs/promises';

const folder = besideCode('lab/image');

/** Builds the image of a virtual device unless it exists. @returns its tag */
export async function labImage(engine: Engine, emit: Emit<LayerEvent>, signal: AbortSignal): Promise<string> {
  const flavorFiles = await filesBelow(folder, await folderFiles(folder), '');
  const { architecture } = await engine.version();
  const ref = `collab/lab-device:${architecture}-${hashOf(await contentsOf(flavorFiles))}`;
  const dockerfile = await readFile(`${folder}/Dockerfile`, 'utf8');
  const plan = {
    role: 'lab-device',
    architecture,
    flavor: 'lab-device',
    ref,
    layers: [{ kind: 'base' as const, ref, dockerfile }],
  };
  const others = flavorFiles.filter(({ name }) => name !== 'Dockerfile');
  const sources = { flavorFiles: others, requirementFiles: [] };
  await buildImage(engine, plan, sources, { emit, onController: true, signal });
  return ref;
}
