import { failureOf, notReady, type RoleFailure } from './role-failure.js';
import type { RoleWatch } from './role-watch.js';
import type { TrialContext, TrialInProgress, TrialOutcome } from './trial-context.js';

/** Between looks at the roles. Few of them ask a device anything: see `RoleWatch.poll`. */
const pollEveryMs = 150;
/** How long the controller waits beyond the timeout that the wrapper enforces itself. */
const patienceS = 20;

/** Polls every role until `done`. @returns what ended the trial early, or null */
export async function follow(
  watches: RoleWatch[],
  context: Pick<TrialInProgress, 'clock' | 'signal' | 'definition' | 'pause' | 'record'>,
  done: () => boolean | RoleFailure,
): Promise<TrialOutcome | null> {
  const { clock, signal, definition, pause } = context;
  for (;;) {
    if (signal.aborted) return { state: 'interrupted' };
    await Promise.all(watches.map((watch) => watch.poll()));
    for (const watch of watches) {
      await report(watch, context);
      const early = notReady(watch, definition);
      const failure = failureOf(watch, definition.timeoutS);
      if (failure !== null) return { state: 'failed', failure };
      if (early !== null) return { state: 'failed', failure: { watch, reason: early } };
      const ranS = (clock.now().getTime() - watch.startedAtMs) / 1000;
      if (!watch.ended && ranS > definition.idleS + definition.timeoutS + patienceS) {
        return {
          state: 'failed',
          failure: { watch, reason: `it did not stop at its timeout of ${definition.timeoutS} s` },
        };
      }
    }
    const end = done();
    if (end === true) return null;
    if (end !== false) return { state: 'failed', failure: end };
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
