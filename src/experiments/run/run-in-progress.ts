import { CollabError, ExitCode } from '../../errors.js';
import type { PlacedData } from '../../deployment/index.js';
import { readJournal, type RunWriter, type TrialRecord, type TrialState } from '../../logs/index.js';
import { type LeaseSet, type PortsInUse, portsInUse } from '../../network/index.js';
import { isTransient, type RunEvent } from '../events/index.js';
import { type InstancePlan, planInstances, type PlannedTrial } from '../plan/index.js';
import {
  adoptTrial,
  DeviceLostError,
  lossBehind,
  roleFailed,
  type RoleFailure,
  runTrial,
  type TrialAttempt,
  type TrialContext,
  type TrialOutcome,
  withDevice,
} from '../trial/index.js';
import { LostDevices } from './on-loss.js';
import { repeatNote, takenOverNote } from './run-notes.js';
import { describe, notAllComplete, partlyComplete, someComplete } from './run-ending.js';
import { changesSince } from './changes-since.js';
import type { RunRequest } from './run-request.js';
import { begunAttempt, collectLeft } from './take-up.js';
import { nextAttempt, nextTrial } from './trial-queue.js';

/** The trials of a run, one after another, from whatever state the run is in. */
export class RunInProgress {
  /** The first event that could not be journaled: the run must not go on without its journal. */
  private journalFault: unknown = null;
  private data: readonly PlacedData[] = [];
  private lastError: unknown = null;
  /** Where logs are that could not be collected, for the user. */
  readonly notCollected: string[] = [];
  private readonly lost: LostDevices;

  constructor(
    private readonly request: RunRequest,
    private readonly runId: string,
    private readonly folder: string,
    private readonly writer: RunWriter,
  ) {
    const { stage, plan, clock, signal } = request;
    this.lost = new LostDevices({
      stage,
      onLoss: plan.sweep.onLoss,
      runFolder: folder,
      record: () => writer.record,
      append: (event) => this.record(event),
      clock,
      signal,
    });
  }

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
    for (const { device, run } of leases.takenOver.filter((one) => one.run !== this.runId))
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
    const before = this.writer.record;
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
    for (const note of changesSince(before, images, data)) await this.record({ kind: 'run.note', note });
    this.throwJournalFault();
  }

  private dataOf(role: string, device: string) {
    const own = this.data.filter((one) => one.role === role && one.device === device);
    return own.map(({ name, deviceFolder }) => ({ name, path: deviceFolder }));
  }

  /**
   * Carries out the trials that are still to run, each once.
   * @returns what is to be said of those that are not complete; null if all are
   * @throws what ended the run before its last trial
   */
  async runAll(open: readonly TrialState[]): Promise<CollabError | null> {
    const { signal } = this.request;
    const tried = new Set<number>();
    let again: number | null = null;
    for (;;) {
      const trial = nextTrial(this.writer.record.trials, open, tried, again);
      if (trial === null) return notAllComplete(this.writer.record, this.lastError);
      signal.throwIfAborted();
      tried.add(trial.number);
      const outcome = await this.runOne(trial);
      if (outcome.state === 'interrupted') throw signal.reason;
      again = (await this.goOnAfter(outcome, trial)) === 'again' ? trial.number : null;
    }
  }

  /**
   * @returns whether the trial is to be tried again
   * @throws what the run must not go on after
   */
  private async goOnAfter(outcome: TrialOutcome, trial: TrialRecord): Promise<'again' | 'next'> {
    this.throwJournalFault();
    if (outcome.state === 'lost') {
      this.lastError = new DeviceLostError(outcome);
      return this.lost.after(outcome);
    }
    this.lost.allWell();
    if (outcome.state !== 'failed') return 'next';
    const error = await this.errorOf(outcome, trial);
    const isOther = 'error' in outcome && !isOfTrial(outcome.error);
    if (this.request.plan.sweep.onFailure === 'stop' || isOther) throw error;
    this.lastError = error;
    return 'next';
  }

  /**
   * Takes over what the controller before left: a trial that was under way, whose roles may have gone on, and logs that are
   * still on the devices.
   */
  async takeUp(): Promise<void> {
    const { plan, signal, experiment, stage } = this.request;
    const context = { ...this.trialContext(), definition: experiment.definition };
    const journal = await readJournal(this.folder);
    const { trials } = this.writer.record;
    for (const trial of trials.filter(({ state }) => state === 'running')) {
      const begun = begunAttempt(trial, journal);
      const about = { trial: trial.number, of: trials.length, attempt: trial.attempt };
      const roles = begun.started.map(({ role, rank, device }) => ({ role, rank, device }));
      await this.record({ kind: 'trial.adopted', ...about, roles });
      const outcome = await adoptTrial(begun, plan.placement.length, context);
      if ('repeat' in outcome)
        await this.record({ kind: 'run.note', note: repeatNote(trial.number, outcome.repeat) });
      await this.recordEnd(about, outcome, Date.parse(trial.started_at ?? ''));
      if (outcome.state === 'interrupted') signal.throwIfAborted();
      await this.goOnAfter(outcome, trial);
    }
    await collectLeft(
      this.writer.record,
      stage.devices.map(({ name }) => name),
      context,
    );
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
      const connected = stage.connected(device.name);
      taken.set(device.name, await withDevice(connected, portsInUse(connected.shell)));
    }
    return (device) => taken.get(device) ?? { tcp: new Set(), udp: new Set() };
  }

  private async runOne(trial: TrialRecord): Promise<TrialOutcome> {
    const { clock } = this.request;
    const { number, parameters, repeat, warmup } = trial;
    const startedMs = clock.now().getTime();
    const attempt = nextAttempt(trial);
    const about = {
      trial: number,
      of: this.writer.record.trials.length,
      ...(attempt !== undefined && { attempt }),
    };
    await this.record({ kind: 'trial.started', ...about, parameters, repeat, warmup });
    const planned = { number, parameters: parameters as PlannedTrial['parameters'], repeat, warmup, attempt };
    const outcome = await this.carryOut(planned);
    await this.recordEnd(about, outcome, startedMs);
    return outcome;
  }

  private async recordEnd(
    about: { trial: number; of: number; attempt?: number | undefined },
    outcome: TrialOutcome,
    startedMs: number,
  ): Promise<void> {
    const seconds = (this.request.clock.now().getTime() - startedMs) / 1000;
    const failure = 'failure' in outcome ? failureRecord(outcome.failure) : undefined;
    const error = errorOf(outcome);
    // What ended the trial is worth more than that it cannot be journaled, which the next event reports as well.
    await this.record({
      kind: 'trial.ended',
      ...about,
      state: outcome.state,
      seconds,
      ...(failure && { failure }),
      ...(error && { error }),
    }).catch((thrown: unknown) => {
      this.journalFault ??= thrown;
    });
  }

  private async carryOut(planned: TrialAttempt): Promise<TrialOutcome> {
    try {
      const loss = await this.lost.look();
      if (loss !== null) return { state: 'lost', ...loss };
      const plan = await this.instances();
      return await runTrial(planned, { ...this.trialContext(), plan });
    } catch (error) {
      if (this.request.signal.aborted) return { state: 'interrupted' };
      const loss = lossBehind(error);
      return loss === null ? { state: 'failed', error } : { state: 'lost', ...loss };
    }
  }

  private trialContext(): Omit<TrialContext, 'plan'> {
    const { experiment, stage, clock, signal } = this.request;
    return {
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
  }

  private async errorOf(outcome: TrialOutcome & { state: 'failed' }, trial: TrialRecord): Promise<unknown> {
    const complete = someComplete(this.writer.record);
    if ('error' in outcome) return complete ? partlyComplete(outcome.error) : outcome.error;
    const { watch } = outcome.failure;
    return roleFailed(outcome.failure, trial.number, watch.folder, complete);
  }
}

/** Whether the next trial may go better: not so without its device, or after a fault of collab or of this machine. */
function isOfTrial(error: unknown): boolean {
  return error instanceof CollabError && error.exitCode === ExitCode.experimentFailed;
}

function errorOf(outcome: TrialOutcome): ReturnType<typeof describe> | undefined {
  if (outcome.state === 'lost') return describe(new DeviceLostError(outcome));
  return 'error' in outcome ? describe(outcome.error) : undefined;
}

function failureRecord({ watch, reason }: RoleFailure): NonNullable<TrialRecord['failure']> {
  return { role: watch.role, rank: watch.rank, device: watch.device, reason };
}
