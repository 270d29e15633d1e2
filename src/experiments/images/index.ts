/** The images of an experiment's roles: what they are made of, where they are built, and how they reach devices. */
export { readBases } from './bases.js';
export { buildImages } from './build-images.js';
export { dependencyImages } from './dependency-images.js';
export { type DeployedImage, deployImages } from './deploy-images.js';
export { describeImages, type ImageDescription } from './describe-images.js';
export { describePython } from './describe-python.js';
export type { ImageSite } from './image-site.js';
export { type ImageOf, imagesByRole } from './images-by-role.js';
export { lookAtDevices, lookAtImages, type SitedImage } from './look-at-images.js';
export { neededElsewhere, type NeededElsewhere } from './needed-elsewhere.js';
export { neededImages } from './needed-images.js';
export { type Pushed, pushImages, pushImagesTo } from './push-images.js';
