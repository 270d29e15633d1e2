import { withDevice } from './device-loss.js';
import { judges } from './role-failure.js';
import type { RoleWatch } from './role-watch.js';
import type { TrialContext, TrialInProgress, TrialOutcome } from './trial-context.js';

type FollowContext = Pick<TrialInProgress, 'clock' | 'signal' | 'definition' | 'pause' | 'record' | 'losses'>;

/** Between looks at the roles, unless one of them has news. Few looks ask a device anything: see `RoleWatch.poll`. */
const pollEveryMs = 150;

/**
 * Looks at every role until `done`, and lets the judges look at each of them.
 * @returns what ended the trial early, or null
 */
export async function follow(
  watches: RoleWatch[],
  context: FollowContext,
  done: () => boolean,
): Promise<TrialOutcome | null> {
  const { clock, signal, definition, pause } = context;
  for (;;) {
    if (signal.aborted) return { state: 'interrupted' };
    if (context.losses.first !== null) return { state: 'lost', ...context.losses.first };
    await Promise.all(watches.map((watch) => withDevice(watch.running.connected, watch.poll())));
    for (const watch of watches) {
      await report(watch, context);
      for (const judge of judges) {
        const reason = judge(watch, definition, clock.now().getTime());
        if (reason !== null) return { state: 'failed', failure: { watch, reason } };
      }
    }
    if (done()) return null;
    await pause.take(pollEveryMs);
  }
}

/** Records that a role is ready, and that it ended, once each. */
export async function report(watch: RoleWatch, context: Pick<TrialContext, 'record'>): Promise<void> {
  const about = {
    trial: watch.running.order.trial,
    attempt: watch.running.order.attempt,
    role: watch.role,
    rank: watch.rank,
    device: watch.device,
  };
  if (watch.ready && !watch.reportedReady) {
    watch.reportedReady = true;
    await context.record({ kind: 'role.ready', ...about });
  }
  if (watch.exit !== null && !watch.reportedEnd) {
    watch.reportedEnd = true;
    const { code, signal, reason } = watch.exit;
    await context.record({ kind: 'role.ended', ...about, code, signal, reason });
  }
}
