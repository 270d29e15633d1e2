import { type JobsState, planAssignments, type PlannedWorker } from '../../fleet/index.js';
import type { Picked } from './assign.js';
import type { SlotKind } from './workers.js';

/** What each worker is given of the jobs. Tasks and replicas of services do not wait for each other. */
export function pickTasks(
  state: JobsState,
  {
    nowMs,
    workers,
    runningPerUser,
  }: { nowMs: number; workers: Record<SlotKind, readonly PlannedWorker[]>; runningPerUser: number | null },
): Map<string, Picked[]> {
  const picks = new Map<string, Picked[]>();
  const jobs = state.planned(nowMs, workers.task);
  for (const kind of ['task', 'replica'] as const) {
    const own = jobs.filter(({ spread }) => (spread === null) === (kind === 'task'));
    for (const { member, job, tried } of planAssignments(own, workers[kind], runningPerUser ?? Infinity)) {
      const task = state.take(job, tried, member);
      if (task === null) continue;
      const picked = picks.get(member) ?? [];
      picked.push({ job, task, kind });
      picks.set(member, picked);
    }
  }
  return picks;
}
