import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { contentsOf, hashOf, sealed } from '../../deployment/layers/content-hash.js';
import { planLayers, type ImagePlan } from '../../deployment/layers/layer-plan.js';
import type { ImageSources } from '../../deployment/layers/build-image.js';
import { filesBelow, type TarFile } from '../../deployment/tar.js';
import { folderFiles } from '../../deployment/folder-files.js';
import { wrapperFiles } from '../../deployment/wrapper-files.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/workspace.js';
import type { RoleDefinition } from '../definition/resolve.js';
import type { Experiment } from '../definition/experiment.js';

/** The image of one role for one architecture: its layers, and the files that they take in. */
export interface RoleImage {
  plan: ImagePlan;
  sources: ImageSources;
}

/** Reads what the image of a role is made of, and plans its layers. */
export async function roleImage(
  role: RoleDefinition,
  architecture: string,
  experiment: Experiment,
  workspace: Workspace,
): Promise<RoleImage> {
  const flavourFiles = await filesOfFlavour(role.base, workspace);
  const experimentFiles = await sealed(await filesBelow(experiment.folder, experiment.files, ''));
  const wrapper = await wrapperFiles();
  const requirementFiles = requirementsOf(role, experimentFiles);
  const plan = planLayers(
    {
      role: role.name,
      flavour: role.base,
      apt: role.dependencies.apt,
      pip: role.dependencies.pip,
      requirements:
        role.dependencies.requirements === null
          ? null
          : { name: role.dependencies.requirements, hash: hashOf(await contentsOf(requirementFiles)) },
    },
    {
      architecture,
      experiment: experiment.name,
      baseHash: hashOf(await contentsOf(flavourFiles)),
      baseDockerfile: await dockerfileOf(flavourFiles),
      codeHash: hashOf({
        experiment: hashOf(await contentsOf(experimentFiles)),
        wrapper: hashOf(await contentsOf(wrapper)),
      }),
    },
  );
  return { plan, sources: { flavourFiles, requirementFiles, experimentFiles, wrapperFiles: wrapper } };
}

async function filesOfFlavour(flavour: string, workspace: Workspace): Promise<TarFile[]> {
  const folder = workspace.baseImage(flavour);
  if (folder !== null) return filesBelow(folder, await folderFiles(folder), '');
  throw new CollabError('no-flavour', {
    what: `There is no base image "${flavour}".`,
    why: `Neither the workspace nor collab has base-images/${flavour}/Dockerfile.`,
    next: `Make ${join(workspace.root, 'base-images', flavour, 'Dockerfile')}, or name another base in experiment.yaml.`,
    exitCode: ExitCode.usage,
  });
}

async function dockerfileOf(files: readonly TarFile[]): Promise<string> {
  const file = files.find((one) => one.name === 'Dockerfile');
  return file === undefined || 'content' in file ? (file?.content ?? '') : readFile(file.path, 'utf8');
}

/** A requirements file may name others beside it (`-r`, `-c`) and wheels of the experiment's folder. */
function requirementsOf(role: RoleDefinition, files: readonly TarFile[]): TarFile[] {
  const name = role.dependencies.requirements;
  return name === null
    ? []
    : files.filter((file) => file.name === name || /\.(?:whl|txt|tar\.gz)$/.test(file.name));
}
