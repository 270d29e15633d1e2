/** What one run left on a device. */
export interface Remains {
  runId: string;
  containers: readonly { id: string; name: string; running: boolean; createdAt: Date }[];
  /** Ids of processes: wrappers of roles that run without containers, and samplers of sensors. */
  processes: readonly number[];
  /** The run holds the device. */
  lease: { who: string; host: string } | null;
  folder: { path: string; changedAt: Date; sizeBytes: number; logs: readonly LeftLog[] } | null;
}

/** A file that a role wrote. */
export interface LeftLog {
  /** In the folder of the run on the device. */
  path: string;
  sizeBytes: number;
}

/** How a run stands that left something. */
export type Standing =
  | { is: 'living' }
  /** @property folder the run's folder here */
  | { is: 'over'; folder: string }
  | { is: 'unchecked'; why: string };

/** What is to be done about the remains of a run. */
export interface RemainsPlan {
  remains: Remains;
  /** Why all of it is left alone; null if it is removed. */
  kept: string | null;
  /** Logs that are not here: their folder stays unless the user wants otherwise. */
  uncollected: readonly LeftLog[];
  removesFolder: boolean;
}
