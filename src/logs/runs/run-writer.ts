import { join } from 'node:path';
import type { Clock } from '../../events.js';
import { jsonOf, writeFileAtomic } from '../../workspace/index.js';
import { Journal } from '../journal/index.js';
import { type JournalEvent, runFile, runRecord, type RunRecord, type RunStarted } from '../records/index.js';
import { apply } from '../run-state.js';

/**
 * Writes a run: each event goes to the journal first, and run.json follows with the state that the journal then gives.
 * Every run.json is whole, and events that come while the disk is busy share the next one.
 */
export class RunWriter implements AsyncDisposable {
  private next: Promise<void> | null = null;
  private current: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly journal: Journal,
    private state: RunRecord,
  ) {}

  /** Begins a run's journal and its run.json; makes the folder. */
  static async start(folder: string, clock: Clock, started: RunStarted): Promise<RunWriter> {
    const journal = await Journal.open(folder, clock);
    try {
      const state = apply(null, await journal.append(started));
      const writer = new RunWriter(join(folder, runFile), journal, state);
      await writer.write();
      return writer;
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  /** The run's record after the events that are in the journal. */
  get record(): Readonly<RunRecord> {
    return this.state;
  }

  /** Resolves when the event is in the journal and, where it changes the record, run.json has the change. */
  async append(event: JournalEvent): Promise<void> {
    const written = await this.journal.append(event);
    // Events are written in the order of the calls, and so applied in it.
    const before = this.state;
    this.state = apply(before, written);
    if (this.state !== before) await this.write();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.journal.close();
    await (this.next ?? this.current).catch(() => undefined);
  }

  private write(): Promise<void> {
    this.next ??= this.writeAfter(this.current);
    return this.next;
  }

  private async writeAfter(previous: Promise<void>): Promise<void> {
    await previous.catch(() => undefined);
    this.current = this.next ?? this.current;
    this.next = null;
    runRecord.parse(this.state);
    await writeFileAtomic(this.path, `${jsonOf(this.state, 2)}\n`);
  }
}
