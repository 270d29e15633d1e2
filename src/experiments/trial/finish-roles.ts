import { withDevice } from './device-loss.js';
import { report } from './follow-roles.js';
import { notCollected, notRemoved } from './not-collected.js';
import type { RoleWatch } from './role-watch.js';
import type { TrialContext } from './trial-context.js';

type FinishContext = Pick<TrialContext, 'copyCommand' | 'record'>;

/**
 * Stops the roles that still run, collects all logs and cleans up the devices: each role for itself, so that none waits for
 * another. Logs that cannot be collected stay on their device.
 * @returns the first such error
 */
export async function finish(watches: readonly RoleWatch[], context: FinishContext): Promise<Error | null> {
  const faults: Error[] = [];
  const keep = (error: unknown) => void faults.push(error as Error);
  await Promise.all(
    watches.map(async (watch) => {
      await stop(watch, keep);
      await leave(watch, context, keep);
    }),
  );
  return faults[0] ?? null;
}

/** Also one whose wrapper died without an exit.json: what it started may still run. */
async function stop({ exit, running }: RoleWatch, keep: (error: unknown) => void): Promise<void> {
  if (exit !== null) return;
  await running.stop().catch((error: unknown) => {
    if ((error as Error).name === 'role-not-ended') keep(error);
  });
}

/** Collects the logs of a role, and only then removes them from its device. What ran there is removed meanwhile. */
async function leave(
  watch: RoleWatch,
  context: FinishContext,
  keep: (error: unknown) => void,
): Promise<void> {
  const { running } = watch;
  const released = running.release().catch(() => undefined); // `remove` tries again, and says why it cannot
  try {
    await withDevice(running.connected, watch.collect());
  } catch (error) {
    const lost = notCollected(watch, error, context.copyCommand);
    keep(lost);
    const reason = [lost.what, lost.why, lost.next].join(' ');
    await context.record({ kind: 'role.not-collected', device: watch.device, reason }).catch(keep);
    await released;
    return;
  }
  await Promise.all([released, report(watch, context).catch(keep)]);
  await running.remove().catch((error: unknown) => keep(notRemoved(watch, error)));
}
