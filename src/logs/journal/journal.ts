import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, CollabEvent, StampedEvent } from '../../events.js';
import { journalFile } from '../records/index.js';

interface Waiting {
  line: string;
  done: () => void;
  fail: (error: unknown) => void;
}

/**
 * events.jsonl: what happened, in order, one event with its time per line. `append` resolves when the event is on the
 * disk, so that it can be awaited before the act that it tells of. Events that come while the disk is busy share a sync.
 */
export class Journal {
  private readonly waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private closed = false;

  private constructor(
    private readonly file: FileHandle,
    private readonly clock: Clock,
    /** The file ends in the middle of a line, which must not run into the next event. */
    private cut: boolean,
  ) {}

  /** Opens the journal of a run, to go on where it ends; makes the run's folder if need be. */
  static async open(runFolder: string, clock: Clock): Promise<Journal> {
    await mkdir(runFolder, { recursive: true });
    const file = await open(join(runFolder, journalFile), 'a+');
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      await syncFolder(runFolder);
      return new Journal(file, clock, size > 0 && last[0] !== 10);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Writes an event with the clock's time; events are kept in the order of the calls. */
  append(event: CollabEvent): Promise<void> {
    if (this.closed) return Promise.reject(new Error('The journal is closed.'));
    const time = this.clock.now().toISOString();
    const stamped: StampedEvent = Object.assign({ time }, event, { time });
    const written = new Promise<void>((done, fail) => {
      this.waiting.push({ line: `${JSON.stringify(stamped)}\n`, done, fail });
    });
    this.flushing ??= this.flush();
    return written;
  }

  /** Waits for what was appended, then closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.flushing;
    await this.file.close();
  }

  private async flush(): Promise<void> {
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await this.file.appendFile((this.cut ? '\n' : '') + batch.map(({ line }) => line).join(''));
        this.cut = false;
        await this.file.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        this.cut = true;
        for (const { fail } of batch) fail(error);
      }
    }
    this.flushing = null;
  }
}

/** Makes a new file's name as lasting as its content. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
