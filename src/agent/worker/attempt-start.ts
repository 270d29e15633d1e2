import type { RunningRole } from '../../deployment/index.js';

/** Gets an attempt under way. Disposed when the attempt is over, also one that never began. */
export interface AttemptStart extends AsyncDisposable {
  /** Brings what it needs here. Called a second time, it is the same work. */
  fetch(): Promise<void>;
  /** Gets it as far as it comes before its slot is free: nothing of its command runs. `start` says what went wrong. */
  ready(): Promise<void>;
  /** Starts what runs, after `fetch`. */
  start(): Promise<RunningRole>;
  /** Removes what it left on the device. */
  remove(role: RunningRole): Promise<void>;
}
