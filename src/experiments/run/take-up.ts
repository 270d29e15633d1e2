import type { StampedEvent } from '../../events.js';
import type { JournalEvent, TrialRecord } from '../../logs/index.js';
import type { BegunAttempt, StartedRole } from '../trial/index.js';

/** What the journal has of an attempt: which roles were started, and what is known of each. */
export function begunAttempt(
  { number: trial, attempt }: TrialRecord,
  journal: readonly StampedEvent<JournalEvent>[],
): BegunAttempt {
  const started = new Map<string, StartedRole>();
  for (const event of journal) {
    if (event.kind !== 'role.starting' && event.kind !== 'role.ready' && event.kind !== 'role.ended')
      continue;
    if (event.trial !== trial || (event.attempt ?? 1) !== (attempt ?? 1)) continue;
    const { role, rank, device } = event;
    const name = `${role}-${rank}`;
    const known = started.get(name) ?? { role, rank, device, ready: false, ended: false };
    started.set(name, {
      ...known,
      ready: known.ready || event.kind === 'role.ready',
      ended: known.ended || event.kind === 'role.ended',
    });
  }
  return { trial, attempt, started: [...started.values()] };
}

/** What is said of a trial that cannot be taken over. */
export function repeatNote(trial: number, why: string): string {
  return `Trial ${trial} was under way when the controller before ended, and is run again: ${why}. What its roles logged is kept as the attempt before.`;
}
