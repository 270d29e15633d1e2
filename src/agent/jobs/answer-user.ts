import type { JobLimits, JobsAnswer, JobsQuestion, JobStatus, LiveJob } from '../../fleet/index.js';
import type { Asker } from '../answers.js';
import { cancel, knownJob, remove, retry, submit } from './change-job.js';
import type { JobBook } from './job-book.js';
import { listTasks } from './list-tasks.js';

/** Jobs of one answer, in bytes. */
const answerBytes = 500_000;

interface Dispatching {
  limits: JobLimits;
  /** Says of each job why nothing of it runs, as it is now. */
  waiting: () => (job: LiveJob) => string | null;
  /** Adds to a job how it is reached, if it is a service. */
  withEntries: (job: JobStatus) => JobStatus;
  /** There may be something to hand out, or to stop. */
  changed: (id: string) => void;
}

/** About jobs, and nothing else of the fleet. */
type JobQuestion = Extract<
  JobsQuestion,
  { kind: 'list' | 'show' | 'tasks' | 'submit' | 'cancel' | 'remove' | 'retry' }
>;

/** All users see all jobs; a job's owner and admins change it. */
export async function* answerUser(
  book: JobBook,
  asker: Asker,
  question: JobQuestion,
  { limits, waiting, withEntries, changed }: Dispatching,
): AsyncGenerator<JobsAnswer> {
  switch (question.kind) {
    case 'list':
      yield* inParts(book.state.list(waiting()).map(withEntries));
      return;
    case 'show':
      yield { kind: 'job', job: statusOf(question.id) };
      return;
    case 'tasks':
      yield await listTasks(book, question);
      return;
    case 'submit':
      yield report(question.id, await submit(book, asker, question, limits));
      return;
    case 'cancel':
      yield report(question.id, await cancel(book, asker, question.id));
      return;
    case 'remove': {
      const job = statusOf(question.id);
      await remove(book, asker, question.id);
      yield { kind: 'removed', job };
      return;
    }
    case 'retry':
      yield report(question.id, await retry(book, asker, question.id, limits));
  }

  function report(id: string, tasks: number): JobsAnswer {
    const job = statusOf(id);
    changed(id);
    return { kind: 'changed', job, tasks };
  }

  function statusOf(id: string): JobStatus {
    return withEntries(book.state.statusOf(id, waiting()) ?? knownJob(book, id));
  }
}

/** Several answers if they do not fit into one. */
function* inParts(jobs: readonly JobStatus[]): Generator<JobsAnswer> {
  let part: JobStatus[] = [];
  let bytes = 0;
  for (const job of jobs) {
    const own = Buffer.byteLength(JSON.stringify(job));
    if (part.length > 0 && bytes + own > answerBytes) {
      yield { kind: 'jobs', jobs: part };
      part = [];
      bytes = 0;
    }
    part.push(job);
    bytes += own;
  }
  yield { kind: 'jobs', jobs: part };
}
