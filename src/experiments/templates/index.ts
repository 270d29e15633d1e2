/** What comes with collab to start from: workspaces and experiments. */
export { initWorkspace, type InitOptions, type InitResult } from './init-workspace.js';
export { newExperiment, type TemplateName, templates } from './new-experiment.js';
