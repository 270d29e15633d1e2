import type { RunRecord } from '../../logs/index.js';

/** The role of each task, as its order has it. */
export const taskRole = 'task';

/** What the record of a run has, and a job's own records do not. */
export interface JobPlace {
  fleet: string;
  /** Null for a fleet of this machine, whose members have one clock. */
  lan: string | null;
  /** The name of a member. */
  nameOf: (member: string) => string;
  runtime: RunRecord['runtime'];
  /** Null if it is not known. */
  samplingS: number | null;
  /** When the job was asked for. */
  askedAt: string;
}
