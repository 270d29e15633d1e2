import type { Clock, Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import type { PlannedTrial } from '../plan/index.js';
import type { Stage } from '../stage/index.js';

/** A run that is ready to start: what, where, and where its events go. */
export interface RunRequest {
  workspace: Workspace;
  experiment: Experiment;
  trials: readonly PlannedTrial[];
  /** Where it runs: the devices that answered and the placement on them, or this machine alone. */
  stage: Stage;
  emit: Emit<RunEvent>;
  clock: Clock;
  random: () => number;
  /** Called with the run's id before anything is done under it. */
  onStarted: (runId: string) => void;
  /** Aborted by Ctrl-C: roles are stopped on every device, and their logs are collected. */
  signal: AbortSignal;
}
