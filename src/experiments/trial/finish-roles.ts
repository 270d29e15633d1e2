import { report } from './follow-roles.js';
import { notCollected, notRemoved } from './not-collected.js';
import type { RoleWatch } from './role-watch.js';
import type { TrialContext } from './trial-context.js';

type FinishContext = Pick<TrialContext, 'copyCommand' | 'record'>;

/**
 * Stops the roles that still run, collects all logs and cleans up the devices. Logs that cannot be collected stay on their
 * device. @returns the first such error
 */
export async function finish(watches: readonly RoleWatch[], context: FinishContext): Promise<Error | null> {
  // Also those whose wrapper died without an exit.json: what they started may still run.
  const unended = watches.filter((watch) => watch.exit === null);
  const stopped = await Promise.allSettled(unended.map((watch) => watch.running.stop()));
  const faults: Error[] = [];
  const keep = (error: unknown) => void faults.push(error as Error);
  for (const one of stopped)
    if (one.status === 'rejected' && (one.reason as Error).name === 'role-not-ended') keep(one.reason);
  await Promise.all(watches.map((watch) => leave(watch, context, keep)));
  return faults[0] ?? null;
}

/** Collects the logs of a role, and only then removes them from its device. */
async function leave(
  watch: RoleWatch,
  context: FinishContext,
  keep: (error: unknown) => void,
): Promise<void> {
  try {
    await watch.collect();
  } catch (error) {
    const lost = notCollected(watch, error, context.copyCommand);
    keep(lost);
    const reason = [lost.what, lost.why, lost.next].join(' ');
    await context.record({ kind: 'role.not-collected', device: watch.device, reason }).catch(keep);
    await watch.running.release().catch(() => undefined);
    return;
  }
  await report(watch, context).catch(keep);
  await watch.running.remove().catch((error: unknown) => keep(notRemoved(watch, error)));
}
