import { planLayers } from './layer-plan.js';
import { flavorSources, type Flavor } from './flavor.js';

/** The tag of a base image of a flavor, for one architecture. */
export interface BaseRef {
  flavor: string;
  architecture: string;
  ref: string;
}

const anyArchitecture = ['amd64', 'arm64', 'arm'];

/** The tags of a flavor's images, from its current content, for each supported architecture. */
export async function baseRefs(flavor: Flavor): Promise<BaseRef[]> {
  const refs = new Map<string, BaseRef>();
  for (const image of flavor.images) {
    const { hash: baseHash, dockerfile: baseDockerfile } = await flavorSources(flavor, image);
    for (const architecture of image.arch ?? anyArchitecture) {
      const needs = { role: '', flavor: flavor.name, apt: [], pip: [], requirements: null };
      const { layers } = planLayers(needs, {
        architecture,
        experiment: '',
        baseHash,
        baseDockerfile,
        codeHash: '',
      });
      const ref = layers[0]?.ref ?? '';
      refs.set(ref, { flavor: flavor.name, architecture, ref });
    }
  }
  return [...refs.values()];
}
