/** What an image is made of: base, dependencies and code, and building them. */
export { type BaseRef, baseRefs } from './base-refs.js';
export { buildImage, type ImageSources } from './build-image.js';
export { type Builder, chooseBuilder } from './builder.js';
export { codeImage } from './code-image.js';
export { CodeLayers, type CodeSource } from './code-layers.js';
export { contentsOf, hashOf, sealed } from './content-hash.js';
export { emulates } from './emulation.js';
export type { LayerEvent } from './events.js';
export { flavorFit } from './flavor-fit.js';
export { type Flavor, type FlavorImage, flavorSources, readFlavor, readFlavors } from './flavor.js';
export { type ImagePlan, planLayers, type PlannedLayer } from './layer-plan.js';
export { listBases, type ListedBase } from './list-bases.js';
export { readProgram } from './read-program.js';
export { namedIn, requirementFiles } from './requirement-files.js';
