import type { RoleOrder, Runtime } from '../../deployment/index.js';
import { CollabError, messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import { roleFolder } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { type ExperimentDefinition, parametersIn, type RoleDefinition } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import {
  hostNames,
  type InstancePlan,
  type PlannedTrial,
  type RoleInstance,
  startOrder,
} from '../plan/index.js';
import { commandsOf } from './commands-of.js';
import { notCollected, notRemoved } from './not-collected.js';
import { Pause } from './pause.js';
import { published } from './published.js';
import { failureOf, notReady, type RoleFailure } from './role-failure.js';
import { RoleWatch } from './role-watch.js';
import { TrialLoads } from './trial-load.js';

/** Between looks at the roles. Few of them ask a device anything: see `RoleWatch.poll`. */
const pollEveryMs = 150;
const stopGraceS = 10;
/** How long the controller waits beyond the timeout that the wrapper enforces itself. */
const patienceS = stopGraceS + 10;

export interface TrialContext {
  runId: string;
  runFolder: string;
  definition: ExperimentDefinition;
  plan: InstancePlan;
  runtime: Runtime;
  connected: (device: string) => ConnectedDevice;
  /** Address under which the other devices reach a device. */
  addressOf: (device: string) => string;
  imageId: (instance: RoleInstance) => string | null;
  /** Folders of data on the instance's device that it reads. */
  dataOf: (instance: RoleInstance) => readonly { name: string; path: string }[];
  /** The command with which a user copies a folder of a device into a folder here. */
  copyCommand: (device: string, folder: string, into: string) => string;
  /** Shows an event and writes it to the journal; await it before the act. */
  record: (event: RunEvent) => Promise<void>;
  clock: Clock;
  signal: AbortSignal;
}

type TrialInProgress = TrialContext & { pause: Pause };

export type TrialOutcome =
  | { state: 'complete' }
  | { state: 'interrupted' }
  | { state: 'failed'; failure: RoleFailure }
  | { state: 'failed'; error: unknown };

/**
 * Runs one trial: starts its roles in order, a later one only when those before are ready; ends when every role
 * that is not a service has ended, or at the first failure; then stops the roles that still run, collects their logs and cleans up.
 */
export async function runTrial(trial: PlannedTrial, context: TrialContext): Promise<TrialOutcome> {
  const watches: RoleWatch[] = [];
  const devices = [...new Set(context.plan.instances.map(({ device }) => device))];
  const loads = new TrialLoads(
    devices.map((name) => ({ name, shell: context.connected(name).shell })),
    context.signal,
  );
  const pause = new Pause(context.clock, context.signal);
  const outcome = await attempt(trial, { ...context, pause }, watches, loads).catch(
    (error: unknown): TrialOutcome =>
      context.signal.aborted ? { state: 'interrupted' } : { state: 'failed', error },
  );
  if (outcome.state !== 'complete') {
    const reason = whyStopped(outcome, context.signal);
    // Roles must not keep running because the journal cannot be written; its next event reports the fault.
    await context.record({ kind: 'run.stopping', trial: trial.number, reason }).catch(() => undefined);
  }
  const lostLogs = await finish(watches, context);
  const load = await loads.loads();
  // A journal that cannot be written fails the run when the trial ends.
  if (load.length > 0)
    await context.record({ kind: 'load.read', trial: trial.number, load }).catch(() => undefined);
  // Where the lost logs are is worth more than a fault of this machine that kept them from being copied.
  const isFault = 'error' in outcome && !(outcome.error instanceof CollabError);
  return (outcome.state === 'complete' || isFault) && lostLogs !== null
    ? { state: 'failed', error: lostLogs }
    : outcome;
}

async function attempt(
  trial: PlannedTrial,
  context: TrialInProgress,
  watches: RoleWatch[],
  loads: TrialLoads,
): Promise<TrialOutcome> {
  const { definition, plan, clock, signal } = context;
  await loads.read('before');
  const nowS = () => clock.now().getTime() / 1000;
  for (const group of startOrder(definition)) {
    if (signal.aborted) return { state: 'interrupted' };
    const instances = plan.instances.filter((instance) =>
      group.some((role) => role.name === instance.role.name),
    );
    const started = await Promise.allSettled(
      instances.map(async (instance) => watches.push(await start(instance, trial, context))),
    );
    const refused = started.find((result) => result.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
    const startedS = nowS();
    const failure = await follow(watches, context, () => {
      const waiting = watches.filter((watch) => !watch.ready && !watch.ended);
      const late = waiting.find((watch) => nowS() - startedS > readyTimeoutS(watch.role, group));
      if (late !== undefined) {
        return { watch: late, reason: `it was not ready within ${readyTimeoutS(late.role, group)} s` };
      }
      return waiting.length === 0;
    });
    if (failure !== null) return failure;
  }
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
}

/** Polls every role until `done`. @returns what ended the trial early, or null */
async function follow(
  watches: RoleWatch[],
  context: TrialInProgress,
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
async function report(watch: RoleWatch, context: TrialContext): Promise<void> {
  const about = {
    trial: watch.running.order.trial,
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

async function start(
  instance: RoleInstance,
  trial: PlannedTrial,
  context: TrialInProgress,
): Promise<RoleWatch> {
  const { definition, plan, runId, runFolder, clock, pause } = context;
  const { role, rank, device, ports } = instance;
  const data = context.dataOf(instance);
  const { command, meter, filled } = commandsOf(instance, trial, data, context);
  const order: RoleOrder = {
    run_id: runId,
    trial: trial.number,
    repeat: trial.repeat,
    warmup: trial.warmup,
    role: role.name,
    rank,
    count: role.count,
    command,
    parameters: trial.parameters,
    peers: plan.peers,
    ports: Object.fromEntries(ports.map((port) => [port.name, port.bindPort])),
    reads_in_command: parametersIn([...role.command, ...(role.meter ?? [])], Object.keys(trial.parameters)),
    reads_declared: role.reads,
    port_protocols: role.portProtocols,
    ready: role.ready?.probe ?? null,
    sampling_s: definition.samplingS,
    metrics: definition.metrics,
    idle_s: definition.idleS,
    meter,
    meeting: meetingOf(instance, trial, context),
    timeout_s: definition.timeoutS,
    stop_grace_s: stopGraceS,
  };
  const about = { trial: trial.number, role: role.name, rank, device };
  await context.record({ kind: 'role.starting', ...about, ...(filled && { command }) });
  const running = await context.runtime.start({
    connected: context.connected(device),
    order,
    publish: role.network === 'host' ? [] : published(ports, order.meeting),
    network: role.network,
    imageId: context.imageId(instance),
    gpu: role.gpu,
    data,
    shmBytes: role.shmBytes,
    devices: role.devices,
    hosts: hostNames(plan.instances, instance, (name) => context.connected(name).device.address),
  });
  const local = roleFolder(runFolder, trial.number, role.name, rank);
  return new RoleWatch(running, device, role.service, local, () => clock.now().getTime(), pause.hurry);
}

/** Where a role instance meets the others; the trial's own key keeps other programs out. */
function meetingOf(
  instance: RoleInstance,
  trial: PlannedTrial,
  { plan: { meeting }, runId, runtime }: TrialContext,
): RoleOrder['meeting'] {
  if (meeting === null) return null;
  const { at, host, port } = meeting;
  const listen = at === instance ? runtime.kind.listenAddress(host) : null;
  return { host, port, key: `${runId}/${trial.number}`, listen };
}

/**
 * Stops the roles that still run, collects all logs and cleans up the devices. Logs that cannot be collected stay on their
 * device. @returns the first such error
 */
async function finish(watches: readonly RoleWatch[], context: TrialContext): Promise<Error | null> {
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
async function leave(watch: RoleWatch, context: TrialContext, keep: (error: unknown) => void): Promise<void> {
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

function readyTimeoutS(role: string, group: readonly RoleDefinition[]): number {
  return group.find((one) => one.name === role)?.ready?.timeoutS ?? Number.POSITIVE_INFINITY;
}

function whyStopped(outcome: TrialOutcome, signal: AbortSignal): string {
  if (outcome.state === 'interrupted') {
    const why: unknown = signal.reason;
    return why instanceof CollabError && why.name === 'lease-lost' ? why.what : 'interrupted';
  }
  if ('failure' in outcome) return `${outcome.failure.watch.name}: ${outcome.failure.reason}`;
  if ('error' in outcome)
    return outcome.error instanceof CollabError ? outcome.error.what : messageOf(outcome.error);
  return '';
}
