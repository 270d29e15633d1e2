import { Readable } from 'node:stream';
import type { Emit } from '../../events.js';
import type { DeliveryEvent } from './events.js';

const tellEveryMs = 500;

/** The bytes of one image on their way: counted, told now and then, stopped by an interrupt. */
export class Sending {
  sentBytes = 0;
  private toldAt = performance.now();
  private toldBytes = 0;

  constructor(
    private readonly about: { device: string; ref: string },
    /** Null while it is not known, as what is sent is still being gzipped. */
    readonly totalBytes: number | null,
    private readonly emit: Emit<DeliveryEvent>,
    private readonly signal?: AbortSignal,
  ) {}

  /** Lets `take` have the bytes of `source`. */
  async through(source: AsyncIterable<Buffer>, take: (body: Readable) => Promise<void>): Promise<void> {
    const { signal } = this;
    const body = Readable.from(this.counted(source), { objectMode: false, highWaterMark: 1 << 20 });
    const failed: { error?: unknown } = {};
    body.on('error', (error) => (failed.error ??= error));
    const abort = () => body.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      await take(body);
      signal?.throwIfAborted();
    } catch (error) {
      signal?.throwIfAborted();
      // What broke on this side says more than what the engine makes of half a body.
      throw failed.error ?? error;
    } finally {
      signal?.removeEventListener('abort', abort);
      body.destroy();
    }
  }

  private async *counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      yield chunk;
      this.sentBytes += chunk.length;
      const now = performance.now();
      if (now - this.toldAt < tellEveryMs) continue;
      const bytesPerS = ((this.sentBytes - this.toldBytes) / (now - this.toldAt)) * 1000;
      [this.toldAt, this.toldBytes] = [now, this.sentBytes];
      this.emit({
        kind: 'delivery.progress',
        ...this.about,
        sent_bytes: this.sentBytes,
        total_bytes: this.totalBytes,
        bytes_per_s: bytesPerS,
      });
    }
  }
}
