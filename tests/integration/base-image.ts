import { fileURLToPath } from 'node:url';
import {
  buildImage,
  type Engine,
  flavorSources,
  LayerStore,
  planLayers,
  readFlavor,
} from '../../src/deployment/index.js';
import { Workspace } from '../../src/workspace/index.js';

const workspace = new Workspace(fileURLToPath(new URL('../..', import.meta.url)));

/** The id of a base image, built like a run builds it unless it exists; later tests and runs reuse it. */
export async function baseImage(engine: Engine, name = 'python'): Promise<string> {
  const flavor = await readFlavor(workspace, name);
  const [image] = flavor.images;
  if (image === undefined) throw new Error(`the flavor ${name} has no image`);
  const base = await flavorSources(flavor, image);
  const plan = planLayers(
    { role: 'test', flavor: name, apt: [], pip: [], requirements: null },
    {
      architecture: (await engine.version()).architecture,
      experiment: 'test',
      baseHash: base.hash,
      baseDockerfile: base.dockerfile,
      baseArgs: base.args,
      codeHash: '',
    },
  );
  const only = { ...plan, layers: plan.layers.filter(({ kind }) => kind === 'base') };
  const sources = { flavorFiles: base.files, requirementFiles: [], programs: base.programs };
  const context = { emit: () => undefined, onController: true, store: new LayerStore() };
  return (await buildImage(engine, only, sources, context)).id;
}
