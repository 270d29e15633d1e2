import type { Clock } from '../../events.js';
import type { Shell } from '../shell/index.js';
import { askLease } from './ask-lease.js';
import type { LeaseClaim } from './claim.js';
import type { Kicker, LeaseHolder } from './lease-answer.js';

/** How a lease was lost: taken away by force, or run out and taken by another one. */
export interface LeaseLoss {
  kicker: Kicker | null;
  /** Who holds the device now. */
  holder: LeaseHolder | null;
}

/** A lease that we hold. Release it, or dispose of it (`await using`), when the device is no longer used. */
export class HeldLease implements AsyncDisposable {
  private readonly listeners = new Set<(loss: LeaseLoss) => void>();
  private readonly stop = new AbortController();
  private loss: LeaseLoss | null = null;
  private released: Promise<void> | null = null;

  constructor(
    private readonly shell: Shell,
    readonly id: string,
    readonly claim: LeaseClaim,
    private readonly folder?: string,
  ) {}

  /** Calls back once, when a renewal finds that the lease is lost. @returns what takes the listener off. */
  onLost(listener: (loss: LeaseLoss) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Makes the lease hold for a whole term from now. One that has run out is taken again if nobody else has it.
   * @returns false when it is lost.
   * @throws CollabError when the device cannot be asked; it may be asked again.
   */
  async renew(): Promise<boolean> {
    if (this.loss !== null) return false;
    const { answer, kicker, holder } = await this.ask('renew');
    if (answer === 'renewed') return true;
    this.loss = { kicker, holder };
    for (const listener of this.listeners) listener(this.loss);
    return false;
  }

  /**
   * Renews every third of the term until the lease is released or lost, sooner after a renewal that failed.
   * @param onFault told why a renewal failed; the lease may still hold
   */
  async keep(clock: Clock, onFault: (error: unknown) => void): Promise<void> {
    const everyMs = (this.claim.termS * 1000) / 3;
    const stopped = () => this.stop.signal.aborted;
    for (let waitMs = everyMs; ;) {
      await clock.sleep(waitMs, this.stop.signal);
      if (stopped()) return;
      try {
        if (!(await this.renew())) return;
        waitMs = everyMs;
      } catch (error) {
        if (stopped()) return;
        onFault(error);
        waitMs = everyMs / 4;
      }
    }
  }

  /** Gives the device free; twice does no harm. @throws CollabError when the device cannot be told. */
  release(): Promise<void> {
    this.stop.abort();
    this.released ??= this.loss === null ? this.ask('release').then(() => undefined) : Promise.resolve();
    return this.released;
  }

  /** Like `release`; a device that cannot be told is no error, for the lease then ends by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release().catch(() => undefined);
  }

  private ask(act: 'renew' | 'release') {
    return askLease(this.shell, act, { id: this.id, claim: this.claim, folder: this.folder });
  }
}
