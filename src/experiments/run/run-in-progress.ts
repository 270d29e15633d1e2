import type { CollabError } from '../../errors.js';
import type { PlacedData } from '../../deployment/index.js';
import { readJournal, type RunWriter, type TrialRecord, type TrialState } from '../../logs/index.js';
import type { LeaseSet } from '../../network/index.js';
import { isTransient, type RunEvent } from '../events/index.js';
import type { InstancePlan } from '../plan/index.js';
import {
  adoptTrial,
  DeviceLostError,
  lossBehind,
  prepareTrial,
  roleFailed,
  runTrial,
  type TrialAttempt,
  type TrialContext,
  type TrialOutcome,
} from '../trial/index.js';
import { changesIn } from './changes-since.js';
import { choosePorts } from './choose-ports.js';
import { LostDevices } from './on-loss.js';
import { dataFolders, dataRecords, imageRecords } from './placed-records.js';
import { notAllComplete, partlyComplete, someComplete, takenOverNote } from './run-ending.js';
import type { RunRequest } from './run-request.js';
import { StopWhen } from './stop-when.js';
import { collectAllLeft } from './collect-left.js';
import { begunAttempt, repeatNote } from './take-up.js';
import { TrialAhead } from './trial-ahead.js';
import { endOf, isOfTrial } from './trial-ending.js';
import { nextTrial, plannedOf } from './trial-queue.js';
import { processNotCollected, WarmRoles } from './warm-roles.js';

/** The trials of a run, one after another, from whatever state the run is in. */
export class RunInProgress {
  /** The first event that could not be journaled: the run must not go on without its journal. */
  private journalFault: unknown = null;
  private data: readonly PlacedData[] = [];
  private lastError: { trial: number; error: unknown } | null = null;
  readonly notCollected: string[] = []; // where logs are that could not be collected, for the user
  private readonly lost: LostDevices;
  private readonly ahead = new TrialAhead();
  /** Which trials are to be carried out, and which of them were tried. */
  private open: readonly TrialState[] = [];
  private readonly tried = new Set<number>();
  readonly warm: WarmRoles;

  constructor(
    private readonly request: RunRequest,
    private readonly runId: string,
    private readonly folder: string,
    private readonly writer: RunWriter,
  ) {
    const { experiment, stage, plan, clock, signal } = request;
    this.warm = new WarmRoles(experiment.definition.roles, stage.runtime, {
      runFolder: folder,
      clock,
      notCollected: ({ connected, folder: there }, error) => {
        const { name: device } = connected.device;
        const reason = processNotCollected(device, there, error);
        return this.record({ kind: 'role.not-collected', device, reason }).catch(() => undefined);
      },
    });
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
    this.record(event).catch((error: unknown) => (this.journalFault ??= error));
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
    const images = imageRecords(deployed, await stage.describe(this.emit, signal));
    const before = this.writer.record;
    if (images.length > 0) await this.record({ kind: 'images.deployed', images });
    this.data = await stage.bringData(plan, this.emit, signal);
    const data = dataRecords(this.data);
    if (data.length > 0) await this.record({ kind: 'data.placed', data });
    for (const note of changesIn(before, this.request.from ?? null, images, data))
      await this.record({ kind: 'run.note', note });
    this.throwJournalFault();
  }

  /**
   * Carries out the trials that are still to run, each once.
   * @returns what is to be said of those that are not complete; null if all are
   * @throws what ended the run before its last trial
   */
  async runAll(open: readonly TrialState[]): Promise<CollabError | null> {
    try {
      return await this.runEach(open);
    } finally {
      await this.ahead.discard();
    }
  }

  private async runEach(open: readonly TrialState[]): Promise<CollabError | null> {
    const { signal, judgeRepeats } = this.request;
    const { tried } = this;
    this.open = open;
    const stopWhen = new StopWhen(this.folder, judgeRepeats, (event) => this.record(event));
    await stopWhen.apply(this.writer.record);
    let again: number | null = null;
    for (;;) {
      const trial = nextTrial(this.writer.record.trials, open, tried, again);
      if (trial === null) return notAllComplete(this.writer.record, this.lastError);
      signal.throwIfAborted();
      tried.add(trial.number);
      const outcome = await this.runAndRepeat(trial);
      if (outcome.state === 'interrupted') throw signal.reason;
      again = (await this.goOnAfter(outcome, trial)) ? trial.number : null;
      if (outcome.state === 'complete') await stopWhen.apply(this.writer.record, trial);
    }
  }

  /**
   * @returns whether the trial is to be tried again
   * @throws what the run must not go on after
   */
  private async goOnAfter(outcome: TrialOutcome, trial: TrialRecord): Promise<boolean> {
    if (outcome.state !== 'failed') this.throwJournalFault();
    if (outcome.state === 'lost') {
      await this.ahead.discardWithout(outcome.device, this.request.clock);
      this.lastError = { trial: trial.number, error: new DeviceLostError(outcome) };
      return (await this.lost.after(outcome)) === 'again';
    }
    this.lost.allWell();
    if (outcome.state !== 'failed') return false;
    const error = await this.errorOf(outcome, trial);
    const isOther = 'error' in outcome && !isOfTrial(outcome.error);
    const isLast = isOther || this.journalFault !== null;
    if (this.request.plan.sweep.onFailure === 'stop' || isLast) throw error;
    this.lastError = { trial: trial.number, error };
    return false;
  }

  /**
   * Takes over what the controller before left: a trial that was under way, whose roles may have gone on, and logs that are
   * still on the devices.
   */
  async takeUp(): Promise<void> {
    const { plan, signal, stage } = this.request;
    const context = this.trialContext();
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
    await this.warm.end(true); // those whose trial went on; all others are ended by what follows
    const reached = stage.devices.map(({ name }) => stage.connected(name));
    const run = { folder: this.folder, record: this.writer.record };
    await collectAllLeft(run, { reached, runtime: stage.runtime }, (event) => this.record(event));
  }

  throwJournalFault(): void {
    if (this.journalFault !== null) throw this.journalFault as Error;
  }

  /** Runs a trial, and again while a process that stayed died in it. */
  private async runAndRepeat({ number }: TrialRecord): Promise<TrialOutcome> {
    for (let deaths = 1; ; deaths += 1) {
      const trial = this.writer.record.trials.find((one) => one.number === number);
      if (trial === undefined) throw new TypeError(`no trial ${number}`);
      const outcome = await this.runOne(trial);
      await this.warm.settle(outcome);
      if (!this.warm.isToRepeat(outcome, deaths)) return outcome;
      this.request.signal.throwIfAborted();
      this.throwJournalFault();
    }
  }

  private async runOne(trial: TrialRecord): Promise<TrialOutcome> {
    const { clock } = this.request;
    const planned = plannedOf(trial);
    const { number, parameters, repeat, warmup, attempt } = planned;
    const startedMs = clock.now().getTime();
    const about = {
      trial: number,
      of: this.writer.record.trials.length,
      ...(attempt !== undefined && { attempt }),
    };
    await this.record({ kind: 'trial.started', ...about, parameters, repeat, warmup });
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
    // What ended the trial is worth more than that it cannot be journaled, which the next event reports as well.
    await this.record({ kind: 'trial.ended', ...about, ...endOf(outcome), seconds }).catch(
      (thrown: unknown) => {
        this.journalFault ??= thrown;
      },
    );
  }

  private async carryOut(planned: TrialAttempt): Promise<TrialOutcome> {
    try {
      const loss = await this.lost.look();
      if (loss !== null) return { state: 'lost', ...loss };
      const prepared = await this.ahead.take(planned);
      const plan = prepared?.plan ?? (await this.instances(null));
      const onMeasured = () => this.prepareNext(plan);
      try {
        return await runTrial(planned, { ...this.trialContext(), plan, prepared, onMeasured });
      } finally {
        await prepared?.discard().catch(() => undefined); // what it did not start
      }
    } catch (error) {
      if (this.request.signal.aborted) return { state: 'interrupted' };
      const loss = lossBehind(error);
      return loss === null ? { state: 'failed', error } : { state: 'lost', ...loss };
    }
  }

  private instances(ending: InstancePlan | null): Promise<InstancePlan> {
    return this.warm.instances(() => choosePorts(this.request, ending));
  }

  /** Makes the next trial ready while the one before is collected. */
  private prepareNext(ending: InstancePlan): void {
    const next = nextTrial(this.writer.record.trials, this.open, this.tried);
    if (next === null || this.request.signal.aborted) return;
    const planned = plannedOf(next);
    this.ahead.begin(planned, async () => {
      const plan = await this.instances(ending);
      return prepareTrial(planned, { ...this.trialContext(), plan });
    });
  }

  private trialContext(): Omit<TrialContext, 'plan'> {
    const { experiment, stage, clock, signal } = this.request;
    return {
      runId: this.runId,
      runFolder: this.folder,
      definition: experiment.definition,
      runtime: this.warm.runtime,
      connected: (device) => stage.connected(device),
      addressOf: (device) => stage.addressOf(device),
      imageId: ({ role, device }) => stage.imageId(role.name, device),
      dataOf: ({ role, device }) => dataFolders(this.data, role.name, device),
      copyCommand: (device, from, into) => stage.copyCommand(device, from, into),
      record: (event) => this.record(event),
      clock,
      signal,
    };
  }

  private async errorOf(outcome: TrialOutcome & { state: 'failed' }, trial: TrialRecord): Promise<unknown> {
    const complete = someComplete(this.writer.record);
    if ('error' in outcome) return complete ? partlyComplete(outcome.error) : outcome.error;
    return roleFailed(outcome.failure, trial.number, this.warm.logsOf(outcome.failure), complete);
  }
}
