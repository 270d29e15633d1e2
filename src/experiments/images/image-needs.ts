import {
  type CodeSource,
  contentsOf,
  filesBelow,
  type Flavor,
  type FlavorImage,
  flavorSources,
  hashOf,
  type ImagePlan,
  type ImageSources,
  planLayers,
  requirementFiles,
  sealed,
  type TarFile,
  wrapperFiles,
} from '../../deployment/index.js';
import type { Experiment, RoleDefinition } from '../definition/index.js';

/** The image of one role for one kind of device: its layers, and the files that they take in. */
export interface RoleImage {
  plan: ImagePlan;
  sources: ImageSources;
  code: CodeSource;
}

/** The files of the code layer, read once, so that all roles have the same. */
export interface CodeFiles {
  experiment: readonly TarFile[];
  wrapper: readonly TarFile[];
  hash: string;
}

export async function codeFiles(experiment: Experiment): Promise<CodeFiles> {
  const files = await sealed(await filesBelow(experiment.folder, experiment.files, ''));
  const wrapper = await wrapperFiles();
  const hash = hashOf({
    experiment: hashOf(await contentsOf(files)),
    wrapper: hashOf(await contentsOf(wrapper)),
  });
  return { experiment: files, wrapper, hash };
}

/** Reads what the image of a role is made of, and plans its layers. */
export async function roleImage(
  role: Pick<RoleDefinition, 'name' | 'dependencies'>,
  base: { flavor: Flavor; image: FlavorImage; architecture: string },
  experimentName: string,
  code: CodeFiles,
): Promise<RoleImage> {
  const { flavor, image, architecture } = base;
  const { apt, pip, requirements } = role.dependencies;
  const flavorSource = await flavorSources(flavor, image);
  const needed = await requirementFiles({ pip, requirements }, code.experiment);
  const plan = planLayers(
    {
      role: role.name,
      flavor: flavor.name,
      apt,
      pip,
      requirements,
      files: needed.length === 0 ? null : hashOf(await contentsOf(needed)),
    },
    {
      architecture,
      experiment: experimentName,
      baseHash: flavorSource.hash,
      baseDockerfile: flavorSource.dockerfile,
      baseArgs: flavorSource.args,
      codeHash: code.hash,
    },
  );
  const sources: ImageSources = {
    flavorFiles: flavorSource.files,
    requirementFiles: needed,
    programs: flavorSource.programs,
  };
  return {
    plan,
    sources,
    code: {
      experiment: experimentName,
      hash: code.hash,
      experimentFiles: code.experiment,
      wrapperFiles: code.wrapper,
    },
  };
}
