/** What runs keep below `Logs/`, once per id: the code of experiments that ran, and the packages in their images. */
export { keepImage, keptImage, packagesSummary } from './image-files.js';
export { keepExperiment } from './keep-experiment.js';
export { openKept } from './open-kept.js';
