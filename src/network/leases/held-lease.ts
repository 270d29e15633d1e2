import type { Clock } from '../../events.js';
import type { Shell } from '../shell/index.js';
import { askLease } from './ask-lease.js';
import type { LeaseClaim } from './claim.js';
import type { Kicker, LeaseHolder } from './lease-answer.js';

/** How a lease was lost: ended by force, or expired and taken by another user. */
export interface LeaseLoss {
  kicker: Kicker | null;
  /** The current holder of the device. */
  holder: LeaseHolder | null;
}

/** A lease that this process holds. Release it, or dispose of it (`await using`), when the device is no longer needed. */
export class HeldLease implements AsyncDisposable {
  private readonly listeners = new Set<(loss: LeaseLoss) => void>();
  private readonly stop = new AbortController();
  private loss: LeaseLoss | null = null;
  private released: Promise<void> | null = null;
  /** One after the other, and before the release: one that comes later would take the device again. */
  private renewing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly shell: Shell,
    readonly id: string,
    private claim: LeaseClaim,
    private readonly folder?: string,
  ) {}

  /** Calls `listener` once, when a renewal finds that the lease is lost. @returns a function that removes it. */
  onLost(listener: (loss: LeaseLoss) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Extends the lease to a full term from now. An expired lease is taken again if nobody else holds the device.
   * @returns false if the lease is lost.
   * @throws CollabError if the device cannot be reached; try again later.
   */
  renew(): Promise<boolean> {
    const renewing = this.renewing.catch(() => undefined).then(() => this.renewNow());
    this.renewing = renewing;
    return renewing;
  }

  private async renewNow(): Promise<boolean> {
    if (this.loss !== null || this.released !== null) return false;
    const { answer, kicker, holder } = await this.ask('renew');
    if (answer === 'renewed') return true;
    this.loss = { kicker, holder };
    for (const listener of this.listeners) listener(this.loss);
    return false;
  }

  /** Says for what the device is held from now on. Like `renew` otherwise. */
  async rename(claim: Pick<LeaseClaim, 'run' | 'reason'>): Promise<boolean> {
    this.claim = { ...this.claim, ...claim };
    return this.renew();
  }

  /**
   * Renews the lease every third of the term until it is released or lost, and sooner after a failed renewal.
   * @param onError called with the error of the first of several failed renewals; the lease may still be valid
   */
  async keep(clock: Clock, onError: (error: unknown) => void): Promise<void> {
    const everyMs = (this.claim.termS * 1000) / 3;
    const stopped = () => this.stop.signal.aborted;
    let isFailing = false;
    for (let waitMs = everyMs; ;) {
      await clock.sleep(waitMs, this.stop.signal);
      if (stopped()) return;
      try {
        if (!(await this.renew())) return;
        waitMs = everyMs;
        isFailing = false;
      } catch (error) {
        if (stopped()) return;
        if (!isFailing) onError(error);
        isFailing = true;
        waitMs = everyMs / 4;
      }
    }
  }

  /** Releases the device. Calling it again has no effect. @throws CollabError if the device cannot be reached. */
  release(): Promise<void> {
    this.stop.abort();
    this.released ??= this.releaseNow();
    return this.released;
  }

  private async releaseNow(): Promise<void> {
    await this.renewing.catch(() => undefined);
    if (this.loss === null) await this.ask('release');
  }

  /** Like `release`, but ignores a device that cannot be reached: its lease expires. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release().catch(() => undefined);
  }

  private ask(act: 'renew' | 'release') {
    return askLease(this.shell, act, { id: this.id, claim: this.claim, folder: this.folder });
  }
}
