import { join } from 'node:path';
import { writeFileAtomic } from '../../workspace/index.js';
import { runFile, runRecord, type RunRecord } from '../records/index.js';

/**
 * Keeps run.json as the run goes on: every write is whole, writes follow one another, and the last state wins. Changes
 * that come while the disk is busy share the next write.
 */
export class RunWriter {
  private readonly path: string;
  private next: Promise<void> | null = null;
  private current: Promise<void> = Promise.resolve();

  private constructor(
    folder: string,
    private readonly state: RunRecord,
  ) {
    this.path = join(folder, runFile);
  }

  /** Writes the first run.json, making the folder. */
  static async create(folder: string, record: RunRecord): Promise<RunWriter> {
    const writer = new RunWriter(folder, structuredClone(record));
    await writer.write();
    return writer;
  }

  /** The record as it stands; change it through `update` only. */
  get record(): Readonly<RunRecord> {
    return this.state;
  }

  /** Applies the change at once; resolves when a run.json with it is on the disk. */
  update(change: (record: RunRecord) => void): Promise<void> {
    change(this.state);
    return this.write();
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
    await writeFileAtomic(this.path, `${JSON.stringify(this.state, null, 2)}\n`);
  }
}
