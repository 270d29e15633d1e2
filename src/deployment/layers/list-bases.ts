import type { DeviceFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { readFlavors } from './flavor.js';
import { flavorFit } from './flavor-fit.js';

/** A base flavor and the devices that it fits. */
export interface ListedBase {
  name: string;
  folder: string;
  /** Null for a flavor without a manifest, which leaves the next fields empty. */
  description: string | null;
  contains: readonly string[];
  /** Measured unpacked size by architecture. */
  sizeMb: Readonly<Record<string, number>>;
  /** Architectures for which it was built and tested. */
  builtFor: readonly string[];
  devices: { device: string; fits: boolean; why: string | null }[];
}

/** All flavors, and for each device whether it fits or why not. Does not connect to devices. */
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
