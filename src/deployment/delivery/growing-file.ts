import { createReadStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';

const chunkBytes = 1 << 20;

/** A file with one writer and many concurrent readers, each reading from start to end at its own pace. */
export class GrowingFile {
  private written = 0;
  private readers = 0;
  private ended = false;
  private closed = false;
  private failure: Error | null = null;
  private waiting: (() => void)[] = [];

  private constructor(
    private path: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(path: string): Promise<GrowingFile> {
    return new GrowingFile(path, await open(path, 'wx+', 0o600));
  }

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += (await this.handle.write(bytes, at, bytes.length - at, this.written + at)).bytesWritten;
    }
    this.written += bytes.length;
    this.wake();
  }

  /** Finishes the file and renames it. @returns its size in bytes */
  async end(path: string): Promise<number> {
    await rename(this.path, path);
    this.path = path;
    this.ended = true;
    this.wake();
    await this.closeUnlessRead();
    return this.written;
  }

  /** Removes the file; all readers fail with this error. */
  async fail(error: Error): Promise<void> {
    // Removing may fail for the same reason; `removeUnfinished` cleans up later, and readers must still fail with the cause.
    await rm(this.path, { force: true }).catch(() => undefined);
    this.failure = error;
    this.ended = true;
    this.wake();
    await this.closeUnlessRead().catch(() => undefined);
  }

  /** Its bytes from the start, including those that are still to be written. */
  async *read(): AsyncGenerator<Buffer> {
    this.throwIfFailed();
    if (this.closed) {
      yield* createReadStream(this.path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
      return;
    }
    this.readers += 1;
    try {
      for (let at = 0; ;) {
        this.throwIfFailed();
        if (at < this.written) {
          const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, this.written - at));
          const { bytesRead } = await this.handle.read(chunk, 0, chunk.length, at);
          at += bytesRead;
          yield chunk.subarray(0, bytesRead);
        } else if (this.ended) return;
        else await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
    } finally {
      this.readers -= 1;
      await this.closeUnlessRead();
    }
  }

  private throwIfFailed(): void {
    if (this.failure !== null) throw this.failure;
  }

  private async closeUnlessRead(): Promise<void> {
    if (!this.ended || this.closed || this.readers > 0) return;
    this.closed = true;
    await this.handle.close();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }
}
