import { CollabError } from '../../errors.js';
import type { ExperimentDefinition, RoleDefinition } from '../definition/index.js';
import { DeviceLostError, isGone, lostBy, LossWatch } from './device-loss.js';
import { type BegunAttempt, type FindContext, findRoles } from './find-roles.js';
import { finish } from './finish-roles.js';
import { follow, report } from './follow-roles.js';
import { howItFailed, unfinalized } from './role-failure.js';
import type { RoleWatch } from './role-watch.js';
import type { TrialOutcome } from './trial-context.js';

/** How long a service may have run on after the last other role had ended: about what a trial needs to stop it. */
const idleAtMostS = 5;

/** How an adopted trial ended; `repeat` says why it has to be run again. */
export type AdoptedOutcome = TrialOutcome | { state: 'interrupted'; repeat: string };

/**
 * Takes over an attempt at a trial that another controller began: its roles ran on without it. If all of them are there, or
 * have ended as they would have, it is followed to its end like any other. Otherwise its roles are stopped. In both cases
 * their logs are collected.
 * @param instances how many role instances the trial has
 */
export async function adoptTrial(
  begun: BegunAttempt,
  instances: number,
  context: FindContext & { definition: ExperimentDefinition },
): Promise<AdoptedOutcome> {
  const { watches, pause } = await findRoles(begun, context);
  const devices = [...new Set(watches.map(({ device }) => device))];
  using losses = new LossWatch(devices.map(context.connected), pause.hurry);
  const outcome = await takeOver(watches, begun, instances, { ...context, pause, losses }).catch(
    (error: unknown): AdoptedOutcome =>
      context.signal.aborted ? { state: 'interrupted' } : (lostBy(error) ?? { state: 'failed', error }),
  );
  if (outcome.state !== 'complete') {
    const reason = reasonOf(outcome);
    await context.record({ kind: 'run.stopping', trial: begun.trial, reason }).catch(() => undefined);
  }
  const there = watches.filter(({ device }) => !isGone(outcome, device));
  for (const watch of watches) if (!there.includes(watch)) watch.abandon();
  const lostLogs = await finish(there, context);
  if (outcome.state !== 'complete') return outcome;
  if (lostLogs !== null) return lostBy(lostLogs) ?? { state: 'failed', error: lostLogs };
  const failure = unfinalized(there);
  return failure === null ? outcome : { state: 'failed', failure };
}

/** Stops what runs of an attempt that another controller began, and collects its logs. @returns the first fault of that */
export async function endAttempt(begun: BegunAttempt, context: FindContext): Promise<Error | null> {
  const { watches } = await findRoles(begun, context);
  return finish(watches, context);
}

async function takeOver(
  watches: RoleWatch[],
  { started }: BegunAttempt,
  instances: number,
  context: Parameters<typeof follow>[1],
): Promise<AdoptedOutcome> {
  const again = (repeat: string): AdoptedOutcome => ({ state: 'interrupted', repeat });
  if (context.definition.roles.some(isWarm))
    return again(
      'it has roles that live for the whole run (restart: run), which take orders from one controller only',
    );
  if (started.length < instances)
    return again(`${instances - started.length} of its ${instances} roles had not been started`);
  if (watches.length < started.length)
    return again(`${started.length - watches.length} of its ${instances} roles are not there any more`);
  for (const watch of watches) {
    const gone = await goneSince(watch);
    if (gone !== null) return again(gone);
  }
  const measured = watches.filter(({ service }) => !service);
  const isOver = measured.length > 0 && measured.every(({ exit }) => exit !== null);
  const idle = isOver ? await idleServices(watches) : null;
  if (idle !== null) return again(idle);
  const left = watches.find(({ exit }) => !isOver && exit?.reason === 'stopped');
  if (left !== undefined) return again(`${left.name} was stopped from outside meanwhile`);
  if (!isOver)
    return (await follow(watches, context, () => measured.every((watch) => watch.ended))) ?? complete;
  for (const watch of watches) {
    await report(watch, context);
    const stopped = watch.service && watch.exit?.reason === 'stopped';
    const reason = stopped ? null : howItFailed(watch, context.definition, context.clock.now().getTime());
    if (reason !== null) return { state: 'failed', failure: { watch, reason } };
  }
  return complete;
}

/** Whether the role's process lives through all trials. */
const isWarm = (role: RoleDefinition) => 'restart' in role && role.restart === 'run';

const complete = { state: 'complete' } as const;

/** Why a role neither runs nor ended by itself; null if it does or did. A service is stopped at the end of its trial. */
async function goneSince(watch: RoleWatch): Promise<string | null> {
  await watch.poll();
  const exit = () => watch.exit;
  if (exit() === null) {
    const { alive, reason } = await watch.running.alive();
    if (alive) return null;
    await watch.look();
    if (exit() === null)
      return `${watch.name} was lost meanwhile: ${reason ?? 'its wrapper ended without writing exit.json'}`;
  }
  const wasStopped = exit()?.reason === 'stopped' && !watch.service;
  return wasStopped ? `${watch.name} was stopped from outside meanwhile` : null;
}

/**
 * Why what a service measured is of more than the trial: it ran on, idle, when the others had ended, because nobody stopped
 * it. Null if that was not long. Each end is compared with its own device's clock, so they need not agree.
 */
async function idleServices(watches: readonly RoleWatch[]): Promise<string | null> {
  if (!watches.some(({ service }) => service)) return null;
  const ages = await Promise.all(watches.map(async (watch) => ({ watch, ageS: await ageOfEnd(watch) })));
  if (ages.some(({ ageS }) => ageS === null))
    return 'it cannot be known how long its services ran on without the others';
  const lastEndS = Math.min(...ages.filter(({ watch }) => !watch.service).map(({ ageS }) => ageS ?? 0));
  const late = ages.find(({ watch, ageS }) => watch.service && lastEndS - (ageS ?? 0) > idleAtMostS);
  if (late === undefined) return null;
  const idleS = Math.round(lastEndS - (late.ageS ?? 0));
  return `${late.watch.name} ran on for ${idleS} s after the others had ended, so what it used is not of the trial alone`;
}

/** How long ago a role ended, in seconds; 0 while it runs, null if its device does not tell. */
async function ageOfEnd({ exit, running }: RoleWatch): Promise<number | null> {
  if (exit === null) return 0;
  const uptime = await running.connected.shell.read('/proc/uptime').catch(() => null);
  const nowS = Number.parseFloat(uptime?.toString() ?? '');
  return Number.isFinite(nowS) ? Math.max(0, nowS - exit.ended_monotonic_s) : null;
}

function reasonOf(outcome: AdoptedOutcome): string {
  if ('repeat' in outcome) return outcome.repeat;
  if (outcome.state === 'lost') return new DeviceLostError(outcome).what;
  if ('failure' in outcome) return `${outcome.failure.watch.name}: ${outcome.failure.reason}`;
  if ('error' in outcome && outcome.error instanceof CollabError) return outcome.error.what;
  return 'interrupted';
}
