/** The tag of a lowest layer while its image is under way; a delivery that is cut leaves it, and the next one finds it. */
const name = 'collab/layer:';

export const layerRef = (diffId: string) => `${name}${diffId.replace(/^sha256:/, '').slice(0, 24)}`;

export const isLayerRef = (ref: string) => ref.startsWith(name);
