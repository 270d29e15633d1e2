export { readBases } from './bases.js';
export { buildImages } from './build-images.js';
export { controllerEngine } from './controller-engine.js';
export { dependencyImages } from './dependency-images.js';
export { type DeployedImage, deployImages } from './deploy-images.js';
export { type ImageOf, imagesByRole } from './images-by-role.js';
export { neededImages } from './needed-images.js';
export { type Pushed, pushImages, pushImagesTo } from './push-images.js';
