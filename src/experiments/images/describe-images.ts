import { type Engine, mapLimit, type Packages, readPackages } from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { ImageFile, PackagesSummary } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { RunEvent } from '../events/index.js';
import { keepImage, keptImage, packagesSummary } from '../kept/index.js';
import type { DeployedImage } from './deploy-images.js';

/** What a run records of an image beside its id. */
export interface ImageDescription {
  layers?: readonly string[];
  repoDigests?: readonly string[];
  packages: PackagesSummary;
}

export interface Describing {
  workspace: Workspace;
  engineOf: (device: string) => Engine;
  /** Labels of the containers that read packages. */
  labels: Readonly<Record<string, string>>;
  /** Start of the containers' names. */
  name: string;
  clock: Clock;
  emit: Emit<RunEvent>;
  signal: AbortSignal;
}

/** Devices on which packages are read at once. */
const atOnce = 4;

/**
 * Digests and packages of images that are on their devices. The packages of an image are read once and kept below `Logs/`;
 * what cannot be read is said, and is no error.
 */
export async function describeImages(
  deployed: readonly DeployedImage[],
  about: Describing,
): Promise<Map<string, ImageDescription>> {
  const described = new Map<string, ImageDescription>();
  const firsts = new Map(deployed.map((image) => [image.imageId, image]));
  await mapLimit([...firsts.values()], atOnce, async (image) => {
    described.set(image.imageId, await describe(image, about));
  });
  return described;
}

async function describe(image: DeployedImage, about: Describing): Promise<ImageDescription> {
  const { workspace, engineOf, clock, signal } = about;
  const { device, imageId } = image;
  try {
    const kept = await keptImage(workspace, imageId);
    if (kept?.image !== undefined) return descriptionOf(kept);
    const there = await engineOf(device).image(imageId);
    if (there === null) return { packages: { unavailable: `${device} has no complete image of this id` } };
    const packages = await read(image, about);
    const { layers, repoDigests, architecture, sizeBytes } = there;
    if ('unavailable' in packages) return { layers, repoDigests, packages };
    const facts = {
      layers: [...layers],
      repo_digests: [...repoDigests],
      architecture,
      size_bytes: sizeBytes,
    };
    const file = {
      format: 1 as const,
      id: imageId,
      read_at: clock.now().toISOString(),
      image: facts,
      packages,
    };
    await keepImage(workspace, file);
    return descriptionOf(file);
  } catch (error) {
    signal.throwIfAborted();
    return { packages: { unavailable: messageOf(error) } };
  }
}

async function read({ device, ref, imageId }: DeployedImage, about: Describing): Promise<Packages> {
  const { engineOf, labels, clock, emit, signal } = about;
  emit({ kind: 'packages.reading', device, ref });
  const startedMs = clock.now().getTime();
  const name = `${about.name}-packages-${imageId.replace(/^sha256:/, '').slice(0, 12)}`;
  const packages = await readPackages(engineOf(device), imageId, { name, labels, clock, signal });
  const seconds = (clock.now().getTime() - startedMs) / 1000;
  const why = 'unavailable' in packages ? { unavailable: packages.unavailable } : {};
  emit({ kind: 'packages.read', device, ref, seconds, ...why });
  return packages;
}

function descriptionOf(file: ImageFile): ImageDescription {
  const packages = packagesSummary(file);
  return file.image === undefined
    ? { packages }
    : { layers: file.image.layers, repoDigests: file.image.repo_digests, packages };
}
