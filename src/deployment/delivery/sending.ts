import { Readable } from 'node:stream';
import type { Emit } from '../../events.js';
import type { DeliveryEvent } from './events.js';

const reportEveryMs = 500;

/** The transfer of one image: counts bytes, reports progress, and stops on abort. */
export class Sending {
  sentBytes = 0;
  private toldAt = performance.now();
  private toldBytes = 0;

  constructor(
    private readonly about: { device: string; ref: string },
    /** Null when unknown, because a layer is still being gzipped. */
    readonly totalBytes: number | null,
    private readonly emit: Emit<DeliveryEvent>,
    private readonly signal?: AbortSignal,
  ) {}

  /** Streams `source` to `take`. */
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
      // An error of this side says more than the engine's complaint about half a body.
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
      if (now - this.toldAt < reportEveryMs) continue;
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
