import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { RunRecord, SweepRecord } from '../../logs/index.js';
import type { RunEvent } from '../events/index.js';
import type { ConnectedStage } from '../stage/index.js';
import { type DeviceLoss, DeviceLostError } from '../trial/index.js';
import { collectLeft } from './collect-left.js';
import { someComplete } from './run-ending.js';

const firstWaitMs = 2000;
const longestWaitMs = 30_000;
/** A trial that finds its device lost tries this long to reach it. */
const shortTryMs = 8000;

interface LostParts {
  stage: ConnectedStage;
  onLoss: SweepRecord['on_loss'];
  runFolder: string;
  record: () => Readonly<RunRecord>;
  append: (event: RunEvent) => Promise<void>;
  clock: Clock;
  /** Ctrl-C. */
  signal: AbortSignal;
}

/** The devices that a run has lost, and what follows. */
export class LostDevices {
  private readonly lost = new Map<string, DeviceLoss>();
  /** How often each device was lost since a trial last went on with it: a full disk does not go away by itself. */
  private readonly inRow = new Map<string, number>();

  constructor(private readonly parts: LostParts) {}

  /**
   * Tries briefly to reach the devices that are lost, before a trial.
   * @returns the loss of one that is still gone; null if all are there
   */
  async look(): Promise<DeviceLoss | null> {
    for (const loss of this.lost.values()) {
      const late = AbortSignal.any([this.parts.signal, AbortSignal.timeout(shortTryMs)]);
      if (!(await this.isBack(loss, late))) return loss;
    }
    return null;
  }

  /**
   * A trial ended because a device was lost. Waits for it if the experiment asks for that.
   * @returns whether the trial is to be tried again
   * @throws CollabError `device-lost` if the run ends with it
   */
  async after(loss: DeviceLoss): Promise<'again' | 'next'> {
    const { onLoss, append, signal } = this.parts;
    const { device, reason } = loss;
    if (!this.lost.has(device))
      await append({ kind: 'network.lost', device, last_heard_at: loss.lastHeardAt.toISOString(), reason });
    this.lost.set(device, loss);
    if (onLoss === 'stop') throw this.ends(loss);
    if (onLoss === 'continue') return 'next';
    const inRow = this.inRow.get(device) ?? 0;
    this.inRow.set(device, inRow + 1);
    await append({ kind: 'network.waiting', device });
    for (let tries = inRow; ; tries += 1) {
      await this.parts.clock.sleep(Math.min(firstWaitMs * 2 ** tries, longestWaitMs), signal);
      signal.throwIfAborted();
      if (await this.isBack(loss, signal)) return 'again';
    }
  }

  /** A trial ended in which no device was lost. */
  allWell(): void {
    this.inRow.clear();
  }

  /** Reaches a device that was lost, and collects what it has. */
  private async isBack(loss: DeviceLoss, signal: AbortSignal): Promise<boolean> {
    const { stage, append, clock, runFolder, record } = this.parts;
    const { device } = loss;
    const connected = stage.connected(device);
    const events: Promise<void>[] = [];
    try {
      await connected.reach({ signal, emit: (event) => void events.push(append(event)) });
      const away_s = (clock.now().getTime() - loss.lastHeardAt.getTime()) / 1000;
      await append({ kind: 'network.back', device, away_s });
      const left = await collectLeft(
        { folder: runFolder, record: record() },
        { connected, runtime: stage.runtime },
      );
      for (const { trial, attempt, role, rank } of left)
        await append({ kind: 'role.collected', trial, attempt, role, rank, device });
      this.lost.delete(device);
      return true;
    } catch (error) {
      this.parts.signal.throwIfAborted();
      if (isOfConnection(error)) return false;
      throw error;
    } finally {
      await Promise.allSettled(events);
    }
  }

  private ends(loss: DeviceLoss): CollabError {
    const { run_id } = this.parts.record();
    const { name, what, why } = new DeviceLostError(loss);
    return new CollabError(name, {
      what,
      why,
      next: `When ${loss.device} is back: collab resume ${run_id}. It collects what ${loss.device} has, and goes on with this trial. To let a run wait by itself: on_loss: wait in experiment.yaml.`,
      exitCode: someComplete(this.parts.record()) ? ExitCode.partlyComplete : ExitCode.deviceUnreachable,
    });
  }
}

/** Whether trying again later may help: not so with a changed host key, or a fault of this machine. */
function isOfConnection(error: unknown): boolean {
  const final = ['host-key-changed', 'host-key-revoked', 'other-device', 'key-refused'];
  if (!(error instanceof CollabError))
    return (error as Error).name === 'TimeoutError' || (error as Error).name === 'AbortError';
  return !final.includes(error.name) && error.exitCode !== ExitCode.internal;
}
