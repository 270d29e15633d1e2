import { join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { PlacedData } from '../../deployment/index.js';
import { type RunStarted, RunWriter, type TrialRecord } from '../../logs/index.js';
import { type LeaseSet, type PortsInUse, portsInUse } from '../../network/index.js';
import { DeviceStates } from '../stage/index.js';
import { isTransient, type RunEvent } from '../events/index.js';
import { newRunId } from './provenance.js';
import {
  roleFailed,
  type RoleFailure,
  runTrial,
  type TrialContext,
  type TrialOutcome,
} from '../trial/index.js';
import { firstRecord } from './run-record.js';
import type { RunRequest } from './run-request.js';
import { type InstancePlan, planInstances, type PlannedTrial } from '../plan/index.js';

export interface RunResult {
  runId: string;
  folder: string;
}

type EndState = 'complete' | 'failed' | 'interrupted';

/**
 * Runs all trials of an experiment and writes the run's folder. Throws the error that ended it early, after the folder is
 * written.
 */
export async function runExperiment(request: RunRequest): Promise<RunResult> {
  const { workspace, experiment, clock, stage, plan } = request;
  const startedAt = clock.now();
  const runId = newRunId(startedAt, request.random);
  await using leases = await stage.begin(runId);
  const folder = join(workspace.logs, experiment.name, runId);
  const started: RunStarted = {
    kind: 'run.started',
    format: 2,
    run_id: runId,
    experiment: experiment.name,
    folder,
    trials: plan.trials.length,
    record: await firstRecord(request, runId, startedAt),
  };
  request.emit(started);
  await using writer = await RunWriter.start(folder, clock, started);
  const signal = AbortSignal.any([request.signal, leases.signal]);
  const run = new RunInProgress({ ...request, signal }, runId, folder, writer);
  const states = new DeviceStates(stage, (event) => run.record(event), clock);
  let state: EndState = 'failed';
  let error: unknown = null;
  try {
    await run.keep(leases);
    await run.record({ kind: 'run.placed', placement: plan.placement });
    await run.prepare();
    await states.start();
    state = await run.runAll();
    run.throwJournalFault();
  } catch (thrown) {
    error = thrown;
    state = request.signal.aborted ? 'interrupted' : 'failed';
  }
  // The first error is the one that the user needs: a full disk, for one, makes all that follow fail as well.
  const keepFirst = (thrown: unknown) => {
    error ??= thrown;
    if (state === 'complete') state = 'failed';
  };
  await states.end().catch(keepFirst);
  if (leases.loss !== null && state !== 'complete' && !request.signal.aborted) {
    state = 'failed';
    error = leases.loss;
  }
  await run.release(leases).catch(keepFirst);
  const seconds = (clock.now().getTime() - startedAt.getTime()) / 1000;
  const cause = state === 'interrupted' ? interruptionOf(request.signal) : undefined;
  const failure = cause ?? (error === null ? undefined : describe(error));
  await run
    .record({ kind: 'run.ended', run_id: runId, state, folder, seconds, ...(failure && { failure }) })
    .catch(keepFirst);
  if (state === 'interrupted') throw interrupted(folder, run.notCollected);
  if (error !== null) throw error as Error;
  return { runId, folder };
}

class RunInProgress {
  /** The first event that could not be journaled: the run must not go on without its journal. */
  private journalFault: unknown = null;
  private data: readonly PlacedData[] = [];
  /** Where logs are that could not be collected, for the user. */
  readonly notCollected: string[] = [];

  constructor(
    private readonly request: RunRequest,
    private readonly runId: string,
    private readonly folder: string,
    private readonly writer: RunWriter,
  ) {}

  /** Shows an event, and resolves when it is in the journal and run.json has what it changes. */
  async record(event: RunEvent): Promise<void> {
    this.request.emit(event);
    if (event.kind === 'role.not-collected') this.notCollected.push(event.reason);
    if (!isTransient(event)) await this.writer.append(event);
  }

  /** For work that reports its progress without waiting for the journal. */
  private readonly emit = (event: RunEvent): void => {
    this.record(event).catch((error: unknown) => {
      this.journalFault ??= error;
    });
  };

  /** Records that the devices are leased, and renews the leases from now on. */
  async keep(leases: LeaseSet): Promise<void> {
    const { devices, termS } = leases;
    if (devices.length === 0) return;
    await this.record({ kind: 'lease.taken', devices, run_id: this.runId, term_s: termS });
    leases.keep(this.request.clock, this.emit);
    for (const { device, run } of leases.takenOver)
      await this.record({ kind: 'run.note', note: takenOverNote(device, run) });
  }

  async release(leases: LeaseSet): Promise<void> {
    const devices = await leases.release();
    if (devices.length > 0) await this.record({ kind: 'lease.released', devices });
  }

  /** Gets every role's image and data onto its device. */
  async prepare(): Promise<void> {
    const { stage, plan, signal } = this.request;
    const deployed = await stage.deploy(plan, this.emit, signal);
    const images = deployed.map(({ role, device, ref, imageId }) => ({
      role,
      device,
      ref,
      image_id: imageId,
    }));
    if (images.length > 0) await this.record({ kind: 'images.deployed', images });
    this.data = await stage.bringData(plan, this.emit, signal);
    const data = this.data.map(({ role, device, name, path, hash, sizeBytes, source }) => ({
      role,
      device,
      name,
      path,
      hash,
      source,
      size_bytes: sizeBytes,
    }));
    if (data.length > 0) await this.record({ kind: 'data.placed', data });
    this.throwJournalFault();
  }

  private dataOf(role: string, device: string) {
    const own = this.data.filter((one) => one.role === role && one.device === device);
    return own.map(({ name, deviceFolder }) => ({ name, path: deviceFolder }));
  }

  async runAll(): Promise<EndState> {
    const { experiment, stage, plan, clock, signal } = this.request;
    const context: Omit<TrialContext, 'plan'> = {
      runId: this.runId,
      runFolder: this.folder,
      definition: experiment.definition,
      runtime: stage.runtime,
      connected: (device) => stage.connected(device),
      addressOf: (device) => stage.addressOf(device),
      imageId: ({ role, device }) => stage.imageId(role.name, device),
      dataOf: ({ role, device }) => this.dataOf(role.name, device),
      copyCommand: (device, from, into) => stage.copyCommand(device, from, into),
      record: (event) => this.record(event),
      clock,
      signal,
    };
    for (const trial of plan.trials) {
      if (signal.aborted) return 'interrupted';
      const outcome = await this.runOne(trial, context);
      if (outcome.state === 'interrupted') return 'interrupted';
      if (outcome.state === 'failed') throw await this.errorOf(outcome, trial);
      this.throwJournalFault();
    }
    return 'complete';
  }

  throwJournalFault(): void {
    if (this.journalFault !== null) throw this.journalFault as Error;
  }

  /** The instances with their ports, chosen again for each trial: other programs come and go. */
  private async instances(): Promise<InstancePlan> {
    const { experiment, stage, plan } = this.request;
    return planInstances(plan.placement, experiment.definition, (device) => stage.addressOf(device), {
      runtime: stage.runtime.kind.name,
      taken: await this.takenPorts(),
    });
  }

  /** Ports that other programs of the devices use. */
  private async takenPorts(): Promise<(device: string) => PortsInUse> {
    const { stage } = this.request;
    const taken = new Map<string, PortsInUse>();
    for (const device of stage.devices) {
      taken.set(device.name, await portsInUse(stage.connected(device.name).shell));
    }
    return (device) => taken.get(device) ?? { tcp: new Set(), udp: new Set() };
  }

  private async runOne(trial: PlannedTrial, context: Omit<TrialContext, 'plan'>): Promise<TrialOutcome> {
    const { plan, clock, signal } = this.request;
    const { number, parameters, repeat, warmup } = trial;
    const startedMs = clock.now().getTime();
    const about = { trial: number, of: plan.trials.length };
    await this.record({ kind: 'trial.started', ...about, parameters, repeat, warmup });
    const outcome = await this.instances().then(
      (instances) => runTrial(trial, { ...context, plan: instances }),
      (error: unknown): TrialOutcome =>
        signal.aborted ? { state: 'interrupted' } : { state: 'failed', error },
    );
    const seconds = (clock.now().getTime() - startedMs) / 1000;
    const failure = 'failure' in outcome ? failureRecord(outcome.failure) : undefined;
    // What ended the trial is worth more than that it cannot be journaled, which the next event reports as well.
    await this.record({
      kind: 'trial.ended',
      ...about,
      state: outcome.state,
      seconds,
      ...(failure && { failure }),
    }).catch((error: unknown) => {
      this.journalFault ??= error;
    });
    return outcome;
  }

  private async errorOf(outcome: TrialOutcome & { state: 'failed' }, trial: PlannedTrial): Promise<unknown> {
    const complete = this.writer.record.trials.some((one) => one.state === 'complete' && !one.warmup);
    if ('error' in outcome) return complete ? partlyComplete(outcome.error) : outcome.error;
    const { watch } = outcome.failure;
    return roleFailed(outcome.failure, trial.number, watch.folder, complete);
  }
}

function takenOverNote(device: string, run: string): string {
  return `${device} was still held by the abandoned run ${run}. Its lease was ended, and its roles there were stopped; what they logged is in ~/.collab/runs/${run} of ${device}.`;
}

function failureRecord({ watch, reason }: RoleFailure): NonNullable<TrialRecord['failure']> {
  return { role: watch.role, rank: watch.rank, device: watch.device, reason };
}

function describe(error: unknown): { name: string; what: string; why?: string } {
  if (!(error instanceof CollabError)) return { name: 'internal', what: messageOf(error) };
  return { name: error.name, what: error.what, ...(error.why === undefined ? {} : { why: error.why }) };
}

/** What interrupted a run, if it was not Ctrl-C, which needs no explanation later. */
function interruptionOf({ reason }: AbortSignal): ReturnType<typeof describe> | undefined {
  if (!(reason instanceof CollabError) || reason.why === undefined) return undefined;
  return { name: reason.name, what: reason.why };
}

/** The same error, with the exit code for a run of which some trials are complete. */
function partlyComplete(error: unknown): unknown {
  if (!(error instanceof CollabError)) return error;
  const { name, what, why, next } = error;
  return new CollabError(name, { what, why, next, exitCode: ExitCode.partlyComplete, cause: error });
}

function interrupted(folder: string, notCollected: readonly string[]): CollabError {
  const logged = notCollected.length === 0 ? 'What they had logged is in' : 'What could be collected is in';
  return new CollabError('interrupted', {
    what: 'The run was interrupted, and its roles were stopped on every device.',
    why: [`${logged} ${folder}`, ...notCollected].join('\n'),
    next: 'Report it (collab report), or run the experiment again.',
    exitCode: ExitCode.interrupted,
  });
}
