import type { LiveJob, TaskRecord } from '../../fleet/index.js';
import type { JobBook } from './job-book.js';

/** Writes how tasks and jobs ended that nobody else writes: tasks that were lost for good, and jobs of which no task is left. */
export async function tidy(book: JobBook): Promise<void> {
  const ids = [...book.touched];
  book.touched.clear();
  const done = await Promise.allSettled(ids.map((id) => tidyJob(book, id)));
  for (const [at, one] of done.entries())
    if (one.status === 'rejected') {
      book.touched.add(ids[at] ?? '');
      throw one.reason;
    }
}

async function tidyJob(book: JobBook, id: string): Promise<void> {
  const job = book.state.live(id);
  if (job?.isLoaded !== true) return;
  await Promise.all(job.over.map((task) => writeLost(book, job, task)));
  if (!hasEnded(job)) return;
  await book.alone(async () => {
    const now = book.state.live(id);
    if (now === null || !hasEnded(now)) return;
    await book.writeJob({ ...now.record, ended_at: book.now(), counts: now.counts }, now.sequence);
  });
}

async function writeLost(book: JobBook, job: LiveJob, task: number): Promise<void> {
  const lost = job.lostOf(task);
  if (lost === null) return;
  const { record, sequence } = lost.held;
  const ended: TaskRecord = { ...record, state: 'ended', ends: [...record.ends, lost.end] };
  await book.writeTask(ended, sequence);
}

const hasEnded = ({ counts }: LiveJob): boolean => counts.queued + counts.running === 0;
