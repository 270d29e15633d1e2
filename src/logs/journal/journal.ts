import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyEvent, Clock, StampedEvent } from '../../events.js';
import { jsonOf, makeFolder, parseJson } from '../../workspace/index.js';
import { journalFile } from '../records/index.js';

interface Waiting {
  line: string;
  done: () => void;
  fail: (error: unknown) => void;
}

/**
 * events.jsonl: what happened, in order, one event with its time per line. `append` resolves when the event is on the
 * disk: await it before the act. Events that come while the disk is busy share a sync.
 */
export class Journal {
  private readonly waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private closed = false;

  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly clock: Clock,
    /** The file ends in the middle of a line: the next event begins a new one. */
    private cut: boolean,
  ) {}

  /** Opens the journal of a run to append to it; makes the run's folder if there is none. */
  static async open(runFolder: string, clock: Clock): Promise<Journal> {
    await makeFolder(runFolder);
    const path = join(runFolder, journalFile);
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      await syncFolder(runFolder);
      return new Journal(file, path, clock, size > 0 && last[0] !== 10);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Writes an event with the clock's time; events are kept in the order of the calls.
   * @returns the event as it is on the disk
   */
  async append<E extends AnyEvent>(event: E): Promise<StampedEvent<E>> {
    if (this.closed) throw new Error('The journal is closed.');
    const time = this.clock.now().toISOString();
    const line = jsonOf(Object.assign({ time }, event, { time }));
    const written = new Promise<void>((done, fail) => {
      this.waiting.push({ line: `${line}\n`, done, fail });
    });
    this.flushing ??= this.flush();
    await written;
    return parseJson(line) as StampedEvent<E>;
  }

  /** Whether the file is where it was opened: its folder may have been moved or removed since. */
  async isInPlace(): Promise<boolean> {
    const [own, there] = await Promise.all([
      this.file.stat({ bigint: true }),
      stat(this.path, { bigint: true }).catch(() => null),
    ]);
    return there !== null && there.ino === own.ino && there.dev === own.dev;
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
      const wasCut = this.cut;
      const { size } = await this.file.stat().catch(() => ({ size: null }));
      try {
        await this.file.appendFile((this.cut ? '\n' : '') + batch.map(({ line }) => line).join(''));
        this.cut = false;
        await this.file.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        // An event whose append fails did not happen, so its lines are removed if that is possible.
        const removed = size !== null && (await this.truncate(size));
        this.cut = removed ? wasCut : true;
        for (const { fail } of batch) fail(error);
      }
    }
    this.flushing = null;
  }

  private truncate(sizeBytes: number): Promise<boolean> {
    return this.file.truncate(sizeBytes).then(
      () => true,
      () => false,
    );
  }
}

/** A new file outlives a power cut only once its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
