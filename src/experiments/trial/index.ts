/** One trial: starts its roles, follows them to their end, and collects what they left. */
export { type DeviceLoss, DeviceLostError, lossBehind, withDevice } from './device-loss.js';
export { adoptTrial, endAttempt } from './adopt-trial.js';
export type { BegunAttempt, StartedRole } from './find-roles.js';
export { type PreparedTrial, prepareTrial } from './prepare-trial.js';
export { roleFailed, type RoleFailure } from './role-failure.js';
export { runTrial } from './trial.js';
export type { TrialAttempt, TrialContext, TrialOutcome } from './trial-context.js';
