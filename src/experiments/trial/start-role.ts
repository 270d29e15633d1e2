import type { PreparedRole } from '../../deployment/index.js';
import { roleFolder } from '../../logs/index.js';
import type { RoleInstance } from '../plan/index.js';
import { roleStart } from './role-start.js';
import { RoleWatch } from './role-watch.js';
import type { TrialAttempt, TrialInProgress } from './trial-context.js';

/**
 * Starts a role instance for one attempt at a trial, and begins to watch it.
 * @param until what must be over before anything runs on a device
 */
export async function startRole(
  instance: RoleInstance,
  trial: TrialAttempt,
  context: TrialInProgress,
  until: Promise<void>,
): Promise<RoleWatch> {
  const { runFolder, runtime, clock, signal, pause, prepared } = context;
  const { role, rank, device } = instance;
  const { attempt } = trial;
  const { asked, filled } = roleStart(instance, trial, context);
  const about = { trial: trial.number, attempt, role: role.name, rank, device };
  await until;
  signal.throwIfAborted();
  await context.record({ kind: 'role.starting', ...about, ...(filled && { command: filled }) });
  const ready: PreparedRole | null = prepared?.take(instance) ?? null;
  const running = await (ready === null ? runtime.start(asked) : ready.start());
  const local = roleFolder(runFolder, { trial: trial.number, attempt }, role.name, rank);
  return new RoleWatch(running, device, role.service, local, () => clock.now().getTime(), pause.hurry);
}
