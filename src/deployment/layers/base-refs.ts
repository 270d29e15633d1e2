import { planLayers } from './layer-plan.js';
import { flavourSources, type Flavour } from './flavour.js';

/** The tag of a base image of a flavour, for one architecture. */
export interface BaseRef {
  flavour: string;
  architecture: string;
  ref: string;
}

const anyArchitecture = ['amd64', 'arm64', 'arm'];

/** The tags that the images of a flavour have, as the flavour is now, for each architecture that it is for. */
export async function baseRefs(flavour: Flavour): Promise<BaseRef[]> {
  const refs = new Map<string, BaseRef>();
  for (const image of flavour.images) {
    const { hash: baseHash, dockerfile: baseDockerfile } = await flavourSources(flavour, image);
    for (const architecture of image.arch ?? anyArchitecture) {
      const needs = { role: '', flavour: flavour.name, apt: [], pip: [], requirements: null };
      const { layers } = planLayers(needs, {
        architecture,
        experiment: '',
        baseHash,
        baseDockerfile,
        codeHash: '',
      });
      const ref = layers[0]?.ref ?? '';
      refs.set(ref, { flavour: flavour.name, architecture, ref });
    }
  }
  return [...refs.values()];
}
