import { CollabError, messageOf } from '../../errors.js';
import type { RoleInstance } from '../plan/index.js';
import { DeviceLostError, isGone, lostBy, LossWatch, withDevice } from './device-loss.js';
import { finish } from './finish-roles.js';
import { follow } from './follow-roles.js';
import { Pause } from './pause.js';
import { unfinalized } from './role-failure.js';
import { RoleStarts } from './role-starts.js';
import type { RoleWatch } from './role-watch.js';
import { startRole } from './start-role.js';
import type { TrialAttempt, TrialContext, TrialInProgress, TrialOutcome } from './trial-context.js';
import { TrialLoads } from './trial-load.js';

/**
 * Runs one trial: starts each role as soon as those that it waits for are ready; ends when every role that is not a service
 * has ended, or at the first failure; then stops the roles that still run, collects their logs and cleans up.
 */
export async function runTrial(trial: TrialAttempt, context: TrialContext): Promise<TrialOutcome> {
  const watches: RoleWatch[] = [];
  const devices = [...new Set(context.plan.instances.map(({ device }) => device))];
  const loads = new TrialLoads(
    devices.map((name) => ({ name, shell: context.connected(name).shell })),
    context.signal,
  );
  const pause = new Pause(context.clock, context.signal);
  using losses = new LossWatch(devices.map(context.connected), pause.hurry);
  const outcome = await attempt(trial, { ...context, pause, losses }, watches, loads).catch(
    (error: unknown): TrialOutcome =>
      context.signal.aborted ? { state: 'interrupted' } : (lostBy(error) ?? { state: 'failed', error }),
  );
  if (outcome.state !== 'complete') {
    const reason = whyStopped(outcome, context.signal);
    // Roles must not keep running because the journal cannot be written; its next event reports the fault.
    await context.record({ kind: 'run.stopping', trial: trial.number, reason }).catch(() => undefined);
  }
  if (outcome.state === 'complete') context.onMeasured?.();
  // What a lost device has is collected when it is back.
  const there = watches.filter(({ device }) => !isGone(outcome, device));
  for (const watch of watches) if (!there.includes(watch)) watch.abandon();
  const lostLogs = await finish(there, context);
  const failure = outcome.state === 'complete' && lostLogs === null ? unfinalized(there) : null;
  const load = await loads.loads();
  // A journal that cannot be written fails the run when the trial ends.
  if (load.length > 0)
    await context.record({ kind: 'load.read', trial: trial.number, load }).catch(() => undefined);
  if (failure !== null) return { state: 'failed', failure };
  // Where the lost logs are is worth more than a fault of this machine that kept them from being copied.
  const isFault = 'error' in outcome && !(outcome.error instanceof CollabError);
  return (outcome.state === 'complete' || isFault) && lostLogs !== null
    ? (lostBy(lostLogs) ?? { state: 'failed', error: lostLogs })
    : outcome;
}

async function attempt(
  trial: TrialAttempt,
  context: TrialInProgress,
  watches: RoleWatch[],
  loads: TrialLoads,
): Promise<TrialOutcome> {
  const { plan, connected, pause } = context;
  const before = loads.read('before');
  const start = (instance: RoleInstance) =>
    withDevice(connected(instance.device), startRole(instance, trial, context, before));
  const starts = new RoleStarts(plan.instances, start, watches, pause.hurry);
  try {
    starts.go();
    await starts.next(); // before, there is nothing to follow
    const early = await follow(watches, context, () => {
      starts.go();
      return starts.areReady;
    });
    if (early !== null) return early;
    // Beside the roles: it must not delay what they are followed for.
    const started = loads.read('started');
    const failure = await follow(watches, context, () =>
      watches.every((watch) => watch.ended || watch.service),
    );
    // What is read of a trial that ended early is not used: it must not delay the stop of the other roles.
    if (failure !== null) return failure;
    await started;
    await loads.read('ended');
    return { state: 'complete' };
  } finally {
    await starts.settle();
  }
}

function whyStopped(outcome: TrialOutcome, signal: AbortSignal): string {
  if (outcome.state === 'interrupted') {
    const why: unknown = signal.reason;
    return why instanceof CollabError && why.name === 'lease-lost' ? why.what : 'interrupted';
  }
  if (outcome.state === 'lost') return new DeviceLostError(outcome).what;
  if ('failure' in outcome) return `${outcome.failure.watch.name}: ${outcome.failure.reason}`;
  if ('error' in outcome)
    return outcome.error instanceof CollabError ? outcome.error.what : messageOf(outcome.error);
  return '';
}
