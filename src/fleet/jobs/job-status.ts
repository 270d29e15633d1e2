import type { JobStatus } from './questions.js';
import type { JobDefinition, JobRecord, TaskCounts } from './record.js';
import { taskCount } from './tasks.js';

/** A command in a list, in characters. */
const shownLength = 2000;

/** What users see of a job. */
export function statusOf(record: JobRecord, counts: TaskCounts, waitsFor: string | null = null): JobStatus {
  const { id, owner, submitted_at, definition, folder, cancelled_at, retries, ended_at, notice } = record;
  return {
    id,
    owner,
    submitted_at,
    folder,
    cancelled_at,
    retries,
    ended_at,
    notice,
    name: definition.name,
    command: shortened(definition.command),
    pool: definition.pool,
    base: definition.base?.name ?? null,
    notify: definition.notify === null ? null : new URL(definition.notify).origin,
    tasks: taskCount(definition),
    state: stateOf(record, counts),
    counts,
    waits_for: waitsFor,
    inference: inferenceOf(definition),
    service: definition.service && { port: definition.service.port, ready: 0, members: [] },
  };
}

function inferenceOf({ model, tasks }: JobDefinition): JobStatus['inference'] {
  return model === null || tasks.kind !== 'batches' ? null : { model, batches: tasks };
}

function stateOf({ ended_at: endedAt }: JobRecord, counts: TaskCounts): JobStatus['state'] {
  if (endedAt === null)
    return counts.running + counts.done + counts.failed > 0 || counts.queued === 0 ? 'running' : 'queued';
  if (counts.cancelled > 0) return 'cancelled';
  return counts.failed > 0 ? 'failed' : 'done';
}

function shortened(command: readonly string[]): string[] {
  let left = shownLength;
  const words: string[] = [];
  for (const word of command) {
    if (left <= 0) return [...words.slice(0, -1), '...'];
    words.push(word.length > left ? `${word.slice(0, left)}...` : word);
    left -= word.length + 1;
  }
  return words;
}
