/** What runs keep below `Logs/`, once per id: the code of experiments that ran, and the packages in their images. */
export type { Changes } from './changes-since-run.js';
export { keepImage, keptImage, listFiles, packagesSummary } from './image-files.js';
export { keepExperiment, keptFolder } from './keep-experiment.js';
export { openKept } from './open-kept.js';
export { listExperiments, type ListedExperiment } from './list-experiments.js';
export { type Provenance, readProvenance } from './provenance.js';
