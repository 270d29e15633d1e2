import type { DeviceFacts } from '../../network/index.js';
import type { Flavor, FlavorImage } from './flavor.js';

/** The image of a flavor for a device, or why there is none. */
export type FlavorFit =
  | {
      fits: true;
      image: FlavorImage;
      /** A note for the user, or null. */
      note: string | null;
    }
  | { fits: false; reason: string };

/**
 * Chooses the image of a flavor for a device. A Jetson needs an image for its release of L4T: a flavor with images for
 * other releases only does not fit, since CUDA of one release does not run on another. A flavor without any image for
 * Jetsons runs on its CPU.
 */
export function flavorFit(flavor: Flavor, facts: DeviceFacts): FlavorFit {
  const { name, images, manifest } = flavor;
  const { architecture, jetson } = facts;
  const native = images.filter(({ arch }) => arch === undefined || arch.some((one) => one === architecture));
  if (native.length === 0) {
    const why = Object.entries(manifest?.why_not ?? {}).find(([arch]) => arch === architecture)?.[1];
    return { fits: false, reason: `base ${name} has no image for ${architecture}${why ? `: ${why}` : ''}` };
  }
  const least = (manifest?.least_memory_mb ?? 0) * 1e6;
  if (facts.memoryBytes < least) {
    const has = Math.floor(facts.memoryBytes / 1e6);
    return { fits: false, reason: `has ${has} MB of memory, base ${name} needs at least ${least / 1e6} MB` };
  }
  const forJetson = native.filter(({ l4t }) => l4t !== undefined);
  if (jetson !== null && forJetson.length > 0) {
    const made = forJetson.find(({ l4t }) => l4t?.some((release) => isOf(release, jetson.l4t)));
    if (made !== undefined) return { fits: true, image: made, note: null };
    const releases = [...new Set(forJetson.flatMap(({ l4t }) => l4t ?? []))].map((release) => `R${release}`);
    return {
      fits: false,
      reason: `runs L4T R${jetson.l4t}, and base ${name} has Jetson images for L4T ${releases.join(', ')} only`,
    };
  }
  const image = native.find(({ l4t }) => l4t === undefined);
  if (image === undefined) return { fits: false, reason: `base ${name} is for Jetsons only` };
  const onCpu = image.gpu === false && facts.accelerators.length > 0;
  return { fits: true, image, note: onCpu ? `base ${name} computes on the CPU, not on its GPU` : null };
}

/** `32.7` has 32.7, 32.7.1 and so on, not 32.70. */
function isOf(release: string, l4t: string): boolean {
  return l4t === release || l4t.startsWith(`${release}.`);
}
