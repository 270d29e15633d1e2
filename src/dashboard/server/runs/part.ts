import type { Clock, Performance } from '../../../index.js';
import type { RunWords } from './live-view.js';

/** The runs of a workspace, for the dashboard. */
export interface DashboardRuns {
  /** The workspace's folder of logs. */
  readonly logs: string;
  /** For pages while they are made; only this user can read it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly words: RunWords;
  /** Names of metrics in watts. */
  readonly powerMetrics: readonly string[];
  /** Mean duration of a trial of the experiment's newest run that has one, in seconds; null if none has. */
  readonly trialSeconds: (experiment: string) => Promise<number | null>;
  /** Opens runs to compare, the baseline first. @throws CollabError what is wrong with the choice */
  readonly compared: (runs: readonly string[]) => Promise<Performance>;
  /** Ends a run as Ctrl-C does, and waits until it has ended. @throws CollabError why it cannot be ended from here */
  readonly stop: (run: string) => Promise<void>;
}
