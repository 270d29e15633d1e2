import { PassThrough } from 'node:stream';
import { type Clock, systemClock } from '../../events.js';
import { programText } from '../../package-folder.js';
import type { Shell } from '../../network/index.js';

/** The FIFO in the folder of a role into which the wrapper writes a byte whenever the role's state has changed. */
const fifo = 'told';
/** How often `wait` returns where the device cannot tell: as often as files were looked at before it could. */
const otherwiseEveryMs = 150;
/** How long the device is left alone after it could not listen, or has stopped. */
const againAfterMs = 5000;
/** The channel ends with the role, not by the clock. */
const longMs = 24 * 3600 * 1000;

/**
 * What the wrapper of a role tells of its own accord, over the connection: that something in the role's folder has changed.
 * It does not tell what, and one word may stand for several changes, so look at the files after each. Where the device
 * cannot tell (no FIFO, no channel left for it), `wait` returns every 150 ms instead, so that a loop of `wait` and look
 * is right in either case.
 */
export class News {
  /** Something was told since `wait` returned. */
  private isNew = false;
  private wake: (() => void) | null = null;
  private channel: PassThrough | null = null;
  private askAgainAtMs = -Infinity;
  private isClosed = false;

  /** @param folder of the role on the device */
  constructor(
    private readonly shell: Pick<Shell, 'exec'>,
    private readonly folder: string,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Whether the device listens for words, or is about to. */
  get isOpen(): boolean {
    return this.channel !== null;
  }

  /**
   * Resolves at the next word of the wrapper, at once if there was one since the last call; also when the device stops
   * telling, when the signal aborts, and after `close`. Never rejects. For one caller at a time.
   */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.isClosed) return;
    if (!this.isNew && this.channel === null) this.listen();
    if (!this.isNew) await this.nextWord(signal);
    this.isNew = false;
  }

  /** Ends the channel, and with it what listens on the device. */
  close(): void {
    this.isClosed = true;
    this.channel?.end();
    this.tell();
  }

  private async nextWord(signal: AbortSignal): Promise<void> {
    const either = new AbortController();
    const end = () => either.abort();
    this.wake = end;
    signal.addEventListener('abort', end, { once: true });
    if (this.channel === null) await this.clock.sleep(otherwiseEveryMs, either.signal);
    else await new Promise<void>((told) => either.signal.addEventListener('abort', () => told()));
    signal.removeEventListener('abort', end);
    this.wake = null;
  }

  private listen(): void {
    const nowMs = this.clock.now().getTime();
    if (nowMs < this.askAgainAtMs) return;
    this.askAgainAtMs = nowMs + againAfterMs;
    const channel = new PassThrough();
    this.channel = channel;
    const ended = () => {
      if (this.channel === channel) this.channel = null;
      this.tell();
    };
    this.shell
      .exec(['sh', '-c', programText('deployment/runtimes/listen.sh'), 'sh', `${this.folder}/${fifo}`], {
        input: channel,
        onStdout: () => this.tell(),
        timeoutMs: longMs,
        lasting: true,
      })
      .then(ended, ended);
  }

  private tell(): void {
    this.isNew = true;
    this.wake?.();
  }
}
