import type { Clock } from '../../../events.js';
import { roleFiles } from '../../../logs/index.js';
import { News } from '../news.js';
import type { RunningRole } from '../runtime.js';
import { giveOrder, type WarmOrder } from './order.js';
import { SharedNews } from './shared-news.js';

/** How soon the device is asked again that could not say whether the process lives. */
const againMs = 1000;

/** A role's process that stays for the run, and takes one order after another. */
export class WarmProcess {
  readonly news: SharedNews;
  /** How many it was given. */
  trials = 0;
  /** Set once it has ended, by itself or not: what the runtime knows of its end. */
  end: { reason: string | null } | null = null;
  private isStopped = false;
  /** What cut the wait for its end, if it was not seen alive since. */
  private cut: { error: unknown } | null = null;
  private readonly ended = new AbortController();
  private readonly left = new AbortController();

  /** @param running the process, whose folder has those of its trials */
  constructor(
    readonly running: RunningRole,
    /** Name of its folder, such as `server-0.2`. */
    readonly name: string,
    private readonly clock: Clock,
    /** Of its newest order. */
    private serial = 0,
  ) {
    this.news = new SharedNews(new News(running.connected.shell, running.folder, clock));
    void this.watch();
  }

  /** Whether it ended although nobody stopped it. */
  get died(): boolean {
    return this.end !== null && !this.isStopped;
  }

  /**
   * Resolves when it has ended, or the signal aborts.
   * @throws the error of an engine that went away, if the process ended with it
   */
  async whenEnded(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([this.ended.signal, signal]);
    if (!either.aborted)
      await new Promise<void>((over) => either.addEventListener('abort', () => over(), { once: true }));
    if (this.end !== null && this.cut !== null) throw this.cut.error;
  }

  /** Asks the device whether it lives. */
  async alive(): Promise<{ alive: boolean; reason: string | null }> {
    if (this.end !== null) return { alive: false, reason: this.end.reason };
    const state = await this.running.alive();
    if (state.alive) this.cut = null;
    else this.hasEnded(state.reason);
    return state;
  }

  async give(order: WarmOrder): Promise<void> {
    this.serial += 1;
    const { connected, folder } = this.running;
    await giveOrder(connected, folder, this.serial, order);
  }

  /**
   * Tells it that there is no further trial, and waits for its end.
   * @param withinMs after which it is left as it is
   */
  async finish(withinMs: number): Promise<void> {
    this.isStopped ||= this.end === null;
    await this.give({ kind: 'end' });
    const late = this.after(withinMs);
    await Promise.race([this.whenEnded(late.signal), this.hasLeft(late.signal)]).finally(late.cancel);
  }

  /** A signal that aborts after a time, or when it is cancelled. */
  after(ms: number): { signal: AbortSignal; cancel: () => void } {
    const late = new AbortController();
    const cancel = () => late.abort();
    void this.clock.sleep(ms, late.signal).then(cancel);
    return { signal: late.signal, cancel };
  }

  /** Stops it, if it still runs. */
  async stop(): Promise<void> {
    this.isStopped ||= this.end === null;
    await this.running.stop();
    this.hasEnded(this.end?.reason ?? null);
  }

  /** It is not followed any more. */
  leave(): void {
    this.left.abort();
    this.news.close();
  }

  /** Its exit.json is the last that it writes. */
  private async hasLeft(signal: AbortSignal): Promise<void> {
    const { connected, folder } = this.running;
    const news = this.news.reader();
    while (!signal.aborted) {
      if ((await connected.shell.read(`${folder}/${roleFiles.exit}`).catch(() => null)) !== null) return;
      await news.wait(signal);
    }
  }

  private async watch(): Promise<void> {
    const { signal } = this.left;
    while (!signal.aborted && this.end === null) {
      await this.running.waitForEnd(signal).catch((error: unknown) => {
        this.cut ??= { error };
      });
      if (!this.left.signal.aborted) await this.alive().catch(() => undefined);
      await this.clock.sleep(againMs, AbortSignal.any([signal, this.ended.signal]));
    }
  }

  private hasEnded(reason: string | null): void {
    this.end ??= { reason };
    this.ended.abort();
  }
}
