/** One trial: its roles started in order, followed, stopped, and their logs collected. */
export { roleFailed, type RoleFailure } from './role-failure.js';
export { runTrial, type TrialContext, type TrialOutcome } from './trial.js';
