export { roleFailed } from './role-failure.js';
export { runTrial, type TrialContext, type TrialOutcome } from './trial.js';
