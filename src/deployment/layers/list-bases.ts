import type { DeviceFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { readFlavours } from './flavour.js';
import { flavourFit } from './flavour-fit.js';

/** A base flavour, and on which devices it can be used. */
export interface ListedBase {
  name: string;
  folder: string;
  /** Null of a flavour without a manifest; the rest is then empty. */
  description: string | null;
  contains: readonly string[];
  /** Unpacked, by architecture, where it was measured. */
  sizeMb: Readonly<Record<string, number>>;
  /** Architectures for which its makers have built and tried it. */
  builtFor: readonly string[];
  devices: { device: string; fits: boolean; why: string | null }[];
}

/** All flavours with each device: whether it fits, and else why not. Nothing is asked of the devices. */
export async function listBases(
  workspace: Workspace,
  devices: readonly { name: string; facts: DeviceFacts }[],
): Promise<ListedBase[]> {
  const flavours = await readFlavours(workspace);
  return flavours.map((flavour) => {
    const { name, folder, manifest, images } = flavour;
    return {
      ...{ name, folder },
      description: manifest?.description ?? null,
      contains: manifest?.contains ?? [],
      sizeMb: Object.assign({}, ...images.map((image) => image.size_mb)) as Record<string, number>,
      builtFor: manifest?.built_for ?? [],
      devices: devices.map(({ name: device, facts }) => {
        const fit = flavourFit(flavour, facts);
        return { device, fits: fit.fits, why: fit.fits ? fit.note : fit.reason };
      }),
    };
  });
}
