import { type BaseRef, type Engine, type Flavor, readFlavor } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import { codeFiles, roleImage } from './image-needs.js';

const anyArchitecture = ['amd64', 'arm64', 'arm'];

/** The images below the code of some experiments, as far as an engine has them. */
export interface ExperimentBases {
  flavors: Flavor[];
  /** Images of roles with dependencies, each with the base in it. */
  dependencies: BaseRef[];
}

/**
 * The flavors of some experiments, and the images with their roles' dependencies that this engine has.
 * @param experiments by name, or as they were loaded
 * @throws CollabError `no-dependencies` when a role has dependencies and they are installed for no architecture here
 */
export async function dependencyImages(
  workspace: Workspace,
  experiments: readonly (string | Experiment)[],
  engine: Engine,
): Promise<ExperimentBases> {
  const flavors = new Map<string, Flavor>();
  const dependencies = new Map<string, BaseRef>();
  for (const one of experiments) {
    const experiment = typeof one === 'string' ? await loadExperiment(workspace, one) : one;
    const code = await codeFiles(experiment);
    for (const role of experiment.definition.roles) {
      const flavor = await readFlavor(workspace, role.base);
      flavors.set(flavor.name, flavor);
      let [wanted, found] = [0, 0];
      for (const image of flavor.images) {
        for (const architecture of image.arch ?? anyArchitecture) {
          const { plan } = await roleImage(role, { flavor, image, architecture }, experiment.name, code);
          const ref = plan.layers.find(({ kind }) => kind === 'dependencies')?.ref;
          if (ref === undefined) continue;
          wanted += 1;
          if ((await engine.image(ref)) === null) continue;
          found += 1;
          dependencies.set(ref, { flavor: flavor.name, architecture, ref });
        }
      }
      if (wanted > 0 && found === 0) throw notInstalled(experiment.name, role.name);
    }
  }
  return { flavors: [...flavors.values()], dependencies: [...dependencies.values()] };
}

function notInstalled(experiment: string, role: string): CollabError {
  return new CollabError('no-dependencies', {
    what: `This machine has no image with the dependencies of the role ${role} of ${experiment}.`,
    why: 'An export holds images that this machine has built from the experiment as it is now.',
    next: `Build it here first: collab images build ${experiment} --here`,
    exitCode: ExitCode.usage,
  });
}
