import type { TaskCounts } from './record.js';

/** What happens to a job while somebody submits it, or waits for it. */
export type JobEvent =
  | { kind: 'job.submitted'; id: string; name: string; tasks: number }
  /** Nothing of it runs, and why. */
  | { kind: 'job.waiting'; id: string; name: string; reason: string }
  | ({ kind: 'job.progress'; id: string; name: string; tasks: number } & TaskCounts)
  | ({ kind: 'job.ended'; id: string; name: string; tasks: number; state: string } & TaskCounts)
  /** Of a task whose output is followed. */
  | {
      kind: 'job.attempt-ended';
      id: string;
      task: number;
      attempt: number;
      device: string;
      outcome: string;
      reason: string | null;
    }
  | { kind: 'job.attempt-began'; id: string; task: number; attempt: number; device: string }
  /** Its worker does not answer; it is asked again. */
  | { kind: 'job.output-unread'; id: string; task: number; device: string; reason: string }
  /** The leader does not answer yet; it is asked again. */
  | { kind: 'job.unanswered'; reason: string };
