import { badMembers, type PlannedWorker, planRecalls, type WaitingAttempt } from '../../fleet/index.js';
import type { JobBook } from './job-book.js';
import { placeText, type Workers } from './workers.js';

/** Asks workers for tasks that wait there, while others could run them at once. @param planned after all that is queued was given out */
export function recall({ state }: JobBook, workers: Workers, planned: readonly PlannedWorker[]): void {
  if (!planned.some(({ free }) => free > 0)) return;
  for (const { member, place } of planRecalls([...waitingIn(state)], planned)) {
    const worker = workers.of(member);
    if (worker.back.some((one) => placeText(one) === placeText(place))) continue;
    worker.back = [...worker.back, place];
    worker.endWaiting();
  }
}

function* waitingIn(state: JobBook['state']): Generator<WaitingAttempt> {
  for (const member of state.held.members())
    for (const { record } of state.held.of(member)) {
      const { job: id, task, attempt, ends } = record;
      const job = state.live(id);
      if (job === null || job.isCancelled || job.times.of(task) !== null) continue;
      const place = { job: id, task, attempt };
      yield { member, place, definition: job.record.definition, tried: badMembers(job.record, ends) };
    }
}
