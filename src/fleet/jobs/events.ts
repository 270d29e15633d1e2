import type { TaskCounts } from './record.js';

/** What happens to a job while somebody submits it, or waits for it. */
export type JobEvent =
  | { kind: 'job.submitted'; id: string; name: string; tasks: number }
  /** Nothing of it runs, and why. */
  | { kind: 'job.waiting'; id: string; name: string; reason: string }
  | ({ kind: 'job.progress'; id: string; name: string; tasks: number } & TaskCounts)
  | ({ kind: 'job.ended'; id: string; name: string; tasks: number; state: string } & TaskCounts)
  /** The leader does not answer yet; it is asked again. */
  | { kind: 'job.unanswered'; reason: string };
