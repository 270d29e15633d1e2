import { deviceRunFolder } from '../../deployment/index.js';
import { attemptName, type JournalEvent, type RunRecord, type TrialRecord } from '../../logs/index.js';
import type { StampedEvent } from '../../events.js';
import type { ConnectedDevice } from '../../network/index.js';
import { type BegunAttempt, endAttempt, type FindContext, type StartedRole } from '../trial/index.js';

/** A role instance of an attempt whose folder is on a device. */
export interface LeftBehind {
  trial: TrialRecord;
  attempt: number;
  role: StartedRole;
}

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

/**
 * The folders of roles that are on a device: of attempts whose logs could not be collected, or that were prepared and never
 * begun. A folder that no trial of the run explains is left alone.
 */
export async function leftBehind(
  connected: ConnectedDevice,
  runId: string,
  trials: readonly TrialRecord[],
): Promise<LeftBehind[]> {
  const { shell, device } = connected;
  const folder = deviceRunFolder(connected, runId);
  const attempts = new Map(
    trials.flatMap((trial) =>
      Array.from({ length: trial.attempt ?? 1 }, (_, index) => {
        const attempt = index + 1;
        return [attemptName({ trial: trial.number, attempt }), { trial, attempt }] as const;
      }),
    ),
  );
  const found: LeftBehind[] = [];
  for (const { path } of await shell.list(folder, false)) {
    const about = attempts.get(path);
    if (about === undefined) continue;
    for (const { path: name } of await shell.list(`${folder}/${path}`, false)) {
      const [, role, rank] = /^(.+)-(\d+)$/.exec(name) ?? [];
      if (role === undefined) continue;
      found.push({
        ...about,
        role: { role, rank: Number(rank), device: device.name, ready: true, ended: true },
      });
    }
  }
  return found;
}

/** Collects what attempts that have ended left on the devices, and removes it there; what never began is only removed. */
export async function collectLeft(
  { run_id: runId, trials }: Pick<RunRecord, 'run_id' | 'trials'>,
  devices: readonly string[],
  context: FindContext,
): Promise<void> {
  for (const device of devices) {
    const connected = context.connected(device);
    for (const { trial, attempt, role } of await leftBehind(connected, runId, trials)) {
      const place = { run_id: runId, trial: trial.number, attempt, role: role.role, rank: role.rank };
      if (trial.state === 'pending') {
        await (await context.runtime.adopt(connected, place))?.remove();
        continue;
      }
      const lost = await endAttempt({ trial: trial.number, attempt, started: [role] }, context);
      if (lost !== null) continue;
      const which = `${role.role}-${role.rank} in trial ${attemptName({ trial: trial.number, attempt })}`;
      await context.record({
        kind: 'run.note',
        note: `The logs of ${which} were still on ${device}; they are here now.`,
      });
    }
  }
}

/** What is said of a trial that cannot be taken over. */
export function repeatNote(trial: number, why: string): string {
  return `Trial ${trial} was under way when the controller before ended, and is run again: ${why}. What its roles logged is kept as the attempt before.`;
}
