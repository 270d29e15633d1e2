import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../src/deployment/engine/engine.js';
import { folderFiles } from '../../src/deployment/folder-files.js';
import { buildImage } from '../../src/deployment/layers/build-image.js';
import { contentsOf, hashOf } from '../../src/deployment/layers/content-hash.js';
import { planLayers } from '../../src/deployment/layers/layer-plan.js';
import { filesBelow } from '../../src/deployment/tar.js';

const folder = fileURLToPath(new URL('../../base-images/python', import.meta.url));

/** The id of the Python base image, made as a run makes it unless it is there; later tests and runs find it there. */
export async function baseImage(engine: Engine): Promise<string> {
  const flavourFiles = await filesBelow(folder, await folderFiles(folder), '');
  const plan = planLayers(
    { role: 'test', flavour: 'python', apt: [], pip: [], requirements: null },
    {
      architecture: (await engine.version()).architecture,
      experiment: 'test',
      baseHash: hashOf(await contentsOf(flavourFiles)),
      baseDockerfile: await readFile(join(folder, 'Dockerfile'), 'utf8'),
      codeHash: '',
    },
  );
  const base = { ...plan, layers: plan.layers.filter(({ kind }) => kind === 'base') };
  const sources = { flavourFiles, requirementFiles: [], experimentFiles: [], wrapperFiles: [] };
  return buildImage(engine, base, sources, { emit: () => undefined, onController: true });
}
