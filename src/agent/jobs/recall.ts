import { type PlannedWorker, planRecalls } from '../../fleet/index.js';
import type { JobBook } from './job-book.js';
import type { Workers } from './workers.js';

/** Asks workers for tasks that wait there, while others could run them at once. @param planned after all that is queued was given out */
export function recall({ state }: JobBook, workers: Workers, planned: readonly PlannedWorker[]): void {
  if (!planned.some(({ free }) => free > 0)) return;
  for (const { member, place } of planRecalls(state.waiting(), planned)) workers.of(member).askBack(place);
}
