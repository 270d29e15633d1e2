import type { Runtime } from '../../deployment/index.js';
import type { Clock } from '../../events.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { ExperimentDefinition } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import type { InstancePlan, PlannedTrial, RoleInstance } from '../plan/index.js';
import type { DeviceLoss, LossWatch } from './device-loss.js';
import type { Pause } from './pause.js';
import type { PreparedTrial } from './prepare-trial.js';
import type { RoleFailure } from './role-failure.js';

/** A try at a trial. */
export interface TrialAttempt extends PlannedTrial {
  /** From 2; undefined for the first. */
  attempt?: number | undefined;
}

export interface TrialContext {
  runId: string;
  runFolder: string;
  definition: ExperimentDefinition;
  plan: InstancePlan;
  runtime: Runtime;
  connected: (device: string) => ConnectedDevice;
  /** Address under which the other devices reach a device. */
  addressOf: (device: string) => string;
  imageId: (instance: RoleInstance) => string | null;
  /** Folders of data on the instance's device that it reads. */
  dataOf: (instance: RoleInstance) => readonly { name: string; path: string }[];
  /** The command with which a user copies a folder of a device into a folder here. */
  copyCommand: (device: string, folder: string, into: string) => string;
  /** Shows an event and writes it to the journal; await it before the act. */
  record: (event: RunEvent) => Promise<void>;
  clock: Clock;
  signal: AbortSignal;
  /** What was made ready of its roles before it began. */
  prepared?: PreparedTrial | null;
  /** Called once when nothing of the trial is measured any more, and only its logs are still to come. */
  onMeasured?: () => void;
}

export type TrialInProgress = TrialContext & { pause: Pause; losses: LossWatch };

export type TrialOutcome =
  | { state: 'complete' }
  | { state: 'interrupted' }
  | ({ state: 'lost' } & DeviceLoss)
  | { state: 'failed'; failure: RoleFailure }
  | { state: 'failed'; error: unknown };
