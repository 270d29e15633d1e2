import type { Clock } from '../../events.js';
import { attemptName } from '../../logs/index.js';
import type { PreparedTrial, TrialAttempt } from '../trial/index.js';

/** A trial that is being prepared on a lost device may take long to fail. */
const patienceMs = 10_000;

/** The trial that is made ready while the one before it is collected, so that it can start as soon as that is over. */
export class TrialAhead {
  private next: { name: string; prepared: Promise<PreparedTrial | null> } | null = null;

  /** @param prepare makes the trial ready; if it fails, the trial meets the same fault when it starts, and reports it */
  begin(trial: TrialAttempt, prepare: () => Promise<PreparedTrial>): void {
    this.next = { name: nameOf(trial), prepared: prepare().catch(() => null) };
  }

  /** Gives what is ready of a trial; null if nothing is. What is ready of another one, which comes later or not at all, is removed. */
  async take(trial: TrialAttempt): Promise<PreparedTrial | null> {
    if (this.next?.name !== nameOf(trial)) await this.discard();
    const prepared = (await this.next?.prepared) ?? null;
    this.next = null;
    return prepared;
  }

  /** Removes what is ready of a trial that does not follow. What cannot be removed is found by its labels. */
  async discard(): Promise<void> {
    const { next } = this;
    this.next = null;
    await (await next?.prepared)?.discard().catch(() => undefined);
  }

  /**
   * Removes what is ready after a device was lost: what the other devices have. What cannot be removed soon stays, and is
   * found by its labels.
   */
  async discardWithout(gone: string, clock: Clock): Promise<void> {
    const { next } = this;
    this.next = null;
    if (next === null) return;
    const over = new AbortController();
    const removed = next.prepared
      .then((prepared) => prepared?.discard(gone))
      .catch(() => undefined)
      .finally(() => over.abort());
    await Promise.race([removed, clock.sleep(patienceMs, over.signal)]);
  }
}

const nameOf = ({ number, attempt }: TrialAttempt) => attemptName({ trial: number, attempt });
