/** What the page knows of the runs of the workspace, and of one of them as it goes on. Times are milliseconds since 1970. */

/** One run, as a row of the table. */
export interface RunEntry {
  /** `<experiment>/<run id>`. */
  readonly id: string;
  readonly experiment: string;
  readonly run: string;
  readonly name: string | null;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly state: 'running' | 'complete' | 'partial' | 'failed' | 'interrupted' | 'abandoned' | 'unreadable';
  /** Why it cannot be read, or why it is not known whether it goes on; null for others. */
  readonly fault: string | null;
  /** Null for a run that goes on or cannot be read; `unjudged`: its files were not looked at yet. */
  readonly verdict: 'VALID' | 'DOUBTFUL' | 'unjudged' | null;
  readonly startedMs: number | null;
  /** Null while it goes on, and where it is not known. */
  readonly seconds: number | null;
  readonly trials: { readonly complete: number; readonly all: number };
  readonly devices: readonly string[];
  /** Whether a fleet carried it out: this is a copy. */
  readonly job: boolean;
}

/** What changed in the table since an earlier answer of the same server. */
export interface RunsAnswer {
  /** Another one counts its versions anew. */
  readonly server: string;
  readonly version: number;
  /** All runs, which replace what was known. */
  readonly whole: boolean;
  readonly entries: readonly RunEntry[];
  readonly removed: readonly string[];
}

/** A role instance of the trial that runs. */
export interface LiveRoleEntry {
  readonly name: string;
  readonly device: string;
  readonly state: string;
  /** Percent of one core; null before it was read. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly lastLines: readonly string[];
}

/** How far a run is. */
export interface LiveHead {
  /** The error that ended it early. */
  readonly fault: string | null;
  /** As the command line says it: which trial, how long so far, how long still; null while no trial runs. */
  readonly progress: string | null;
  /** How many trials are in which state. */
  readonly counts: Readonly<Record<string, number>>;
  readonly roles: readonly LiveRoleEntry[];
}

export interface LiveTrial {
  readonly number: number;
  /** Its values of the parameters. */
  readonly label: string;
  readonly warmup: boolean;
  readonly repeat: number;
  readonly attempt: number;
  readonly state: string;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
}

/** One role instance in one attempt at a trial, by the controller's clock. */
export interface RoleSpan {
  readonly id: string;
  readonly trial: number;
  readonly attempt: number;
  readonly role: string;
  readonly device: string;
  readonly fromMs: number;
  /** When it said that it was ready; null if it did not. */
  readonly readyMs: number | null;
  /** Null while it goes on. */
  readonly untilMs: number | null;
  /** `unknown`: nothing was heard of it after `untilMs`. */
  readonly outcome: 'running' | 'done' | 'stopped' | 'failed' | 'unknown';
  /** How it ended, in words. */
  readonly how: string;
}

/** What happened in a run, in a line of the command line. */
export interface LiveLine {
  readonly atMs: number;
  readonly text: string;
}

/** What changed in a run since the message before. The first one has everything. */
export interface LiveChange {
  readonly head: LiveHead;
  readonly trials: readonly LiveTrial[];
  readonly spans: readonly RoleSpan[];
  /** Whether older spans are left out. */
  readonly cut: boolean;
  readonly lines: readonly LiveLine[];
  /** Whether it has ended: no more messages follow. */
  readonly over: boolean;
}

/** So many spans of roles, and lines, are kept: the newest ones. */
export const mostSpans = 2000;
export const mostLines = 300;
