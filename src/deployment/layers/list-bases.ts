import type { DeviceFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { readFlavors } from './flavor.js';
import { flavorFit } from './flavor-fit.js';

/** A base flavor, and on which devices it can be used. */
export interface ListedBase {
  name: string;
  folder: string;
  /** Null of a flavor without a manifest; the rest is then empty. */
  description: string | null;
  contains: readonly string[];
  /** Unpacked, by architecture, where it was measured. */
  sizeMb: Readonly<Record<string, number>>;
  /** Architectures for which its makers have built and tried it. */
  builtFor: readonly string[];
  devices: { device: string; fits: boolean; why: string | null }[];
}

/** All flavors with each device: whether it fits, and else why not. Nothing is asked of the devices. */
export async function listBases(
  workspace: Workspace,
  devices: readonly { name: string; facts: DeviceFacts }[],
): Promise<ListedBase[]> {
  const flavors = await readFlavors(workspace);
  return flavors.map((flavor) => {
    const { name, folder, manifest, images } = flavor;
    return {
      name,
      folder,
      description: manifest?.description ?? null,
      contains: manifest?.contains ?? [],
      sizeMb: Object.assign({}, ...images.map((image) => image.size_mb)) as Record<string, number>,
      builtFor: manifest?.built_for ?? [],
      devices: devices.map(({ name: device, facts }) => {
        const fit = flavorFit(flavor, facts);
        return { device, fits: fit.fits, why: fit.fits ? fit.note : fit.reason };
      }),
    };
  });
}
