import type { Clock, Emit } from '../../events.js';
import type { RunLabels, RunRecord } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import type { RunPlan } from '../plan/index.js';
import type { ConnectedStage } from '../stage/index.js';
import type { JudgeRepeats } from './stop-when.js';

/** A run that is ready to start: what, where, and where its events go. */
export interface RunRequest {
  workspace: Workspace;
  experiment: Experiment;
  plan: RunPlan;
  /** Where the plan is carried out. */
  stage: ConnectedStage;
  emit: Emit<RunEvent>;
  clock: Clock;
  random: () => number;
  /** The run that it does again; null for a run of its own. */
  from?: RunRecord | null;
  /** What the user gave it to find it again; of a run that goes on, they are there. */
  labels?: RunLabels | null;
  /** For experiments with `stop_when`. */
  judgeRepeats: JudgeRepeats;
  /** Wait for devices that are in use; default, it is an error. */
  wait?: boolean;
  /** Aborted by Ctrl-C: roles are stopped on every device, and their logs are collected. */
  signal: AbortSignal;
}
