import {
  buildImage,
  type Flavor,
  flavorFit,
  type FlavorImage,
  type LayerEvent,
  LayerStore,
  readFlavor,
} from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import { type Device, type FindAgainEvent, type LAN, suggestArchitecture } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { loadExperiment, type RoleDefinition } from '../definition/index.js';
import { codeFiles, roleImage, type CodeFiles } from './image-needs.js';
import { Workshop } from './workshop.js';

export interface BuildImagesRequest {
  workspace: Workspace;
  /** Names of experiments, or paths: what their roles need. */
  experiments: readonly string[];
  /** Flavors whose base is built alone. */
  bases: readonly string[];
  /** Null for those of the LAN's devices, and without a LAN that of this machine. */
  architectures: readonly string[] | null;
  lan: LAN | null;
  /** Build on this machine only, by emulation if necessary: for devices that reach no package servers. */
  here: boolean;
  emit: Emit<LayerEvent | FindAgainEvent>;
  signal: AbortSignal;
}

export interface BuiltImage {
  ref: string;
  architecture: string;
  /** Machine whose engine has it. */
  builder: string;
}

/** What is built: a role with its dependencies, or a base alone. */
interface Wanted {
  role: Pick<RoleDefinition, 'name' | 'dependencies'>;
  experiment: string;
  code: CodeFiles;
  flavor: Flavor;
  image: FlavorImage;
  architecture: string;
}

const nothing = { apt: [], pip: [], requirements: null };
const noCode: CodeFiles = { experiment: [], wrapper: [], hash: '' };

/**
 * Builds ahead of time what the roles need below their code: for each architecture on a native machine, else by
 * emulation, which an event reports. Images that exist are not built again.
 */
export async function buildImages(request: BuildImagesRequest): Promise<BuiltImage[]> {
  const { emit, signal } = request;
  const devices = request.lan?.devices ?? [];
  await using workshop = await Workshop.open(request, devices);
  const architectures = request.architectures ?? workshop.architectures(devices);
  const store = new LayerStore();
  const built: BuiltImage[] = [];
  for (const wanted of await allWanted(request, architectures, devices)) {
    const { architecture, ...base } = wanted;
    const { plan, sources } = await roleImage(
      wanted.role,
      { ...base, architecture },
      wanted.experiment,
      wanted.code,
    );
    const { engine, builder } = await workshop.builderOf(architecture);
    const emulated = builder.kind === 'emulation' ? architecture : undefined;
    const onController = builder.kind !== 'device';
    const { compiler } = workshop;
    await buildImage(engine, plan, sources, { emit, signal, store, onController, emulated, compiler });
    const refs = plan.layers.filter(({ kind }) => kind !== 'code').map(({ ref }) => ref);
    for (const ref of refs) {
      if (!built.some((one) => one.ref === ref)) built.push({ ref, architecture, builder: engine.device });
    }
  }
  return built;
}

async function allWanted(
  { workspace, experiments, bases }: BuildImagesRequest,
  architectures: readonly string[],
  devices: readonly Device[],
): Promise<Wanted[]> {
  const parts: Omit<Wanted, 'image' | 'architecture'>[] = [];
  for (const name of bases) {
    const flavor = await readFlavor(workspace, name);
    parts.push({ role: { name, dependencies: nothing }, experiment: name, code: noCode, flavor });
  }
  for (const name of experiments) {
    const experiment = await loadExperiment(workspace, name);
    const code = await codeFiles(experiment);
    for (const role of experiment.definition.roles) {
      parts.push({
        role,
        experiment: experiment.name,
        code,
        flavor: await readFlavor(workspace, role.base),
      });
    }
  }
  if (parts.length === 0) throw nothingToBuild();
  return parts.flatMap((part) =>
    imagesFor(part.flavor, architectures, devices).map((one) => ({ ...part, ...one })),
  );
}

/** The images of a flavor for some architectures, those for Jetsons only when they fit one in the LAN. */
function imagesFor(
  flavor: Flavor,
  architectures: readonly string[],
  devices: readonly Device[],
): { image: FlavorImage; architecture: string }[] {
  const fitting = devices.flatMap(({ facts }) => {
    const fit = flavorFit(flavor, facts);
    return fit.fits ? [{ image: fit.image, architecture: facts.architecture }] : [];
  });
  const all = architectures.flatMap((architecture) => {
    const own = fitting.filter((one) => one.architecture === architecture);
    const general = flavor.images.filter(
      ({ arch, l4t }) =>
        l4t === undefined && (arch === undefined || arch.some((one) => one === architecture)),
    );
    const images = own.length > 0 ? own.map(({ image }) => image) : general.slice(0, 1);
    return [...new Set(images)].map((image) => ({ image, architecture }));
  });
  if (all.length > 0) return all;
  throw new CollabError('no-image', {
    what: `The base ${flavor.name} has no image for ${architectures.join(' or ')}.${suggestArchitecture(architectures)}`,
    why: Object.entries(flavor.manifest?.why_not ?? {})
      .map(([arch, why]) => `${arch}: ${why}`)
      .join('\n'),
    next: 'collab images list shows what each base is for.',
    exitCode: ExitCode.usage,
  });
}

function nothingToBuild(): CollabError {
  return new CollabError('nothing-to-build', {
    what: 'There is nothing to build.',
    next: 'Name an experiment, or a base: collab images build hello, collab images build --base torch',
    exitCode: ExitCode.usage,
  });
}
