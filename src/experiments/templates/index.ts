/** Experiments to start from, which come with collab. */
export { newExperiment, type TemplateName, templates } from './new-experiment.js';
