import { dirname, join } from 'node:path';
import type { Clock } from '../../events.js';
import { jsonOf, writeFileAtomic } from '../../workspace/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import { Journal } from '../journal/index.js';
import {
  journalFile,
  type JournalEvent,
  runFile,
  runRecord,
  type RunRecord,
  type RunStarted,
} from '../records/index.js';
import { apply } from '../run-state.js';
import { rebuildRun } from './rebuild-run.js';

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

  /**
   * Goes on with the journal of a run that has ended, or whose controller is gone. Only one process may write it: see
   * `readSettledRun`.
   * @throws CollabError `not-resumable` if the journal does not give the run's state
   */
  static async resume(folder: string, clock: Clock): Promise<RunWriter> {
    const state = await rebuildRun(folder);
    if (state === null || state.rebuilt !== undefined) throw notResumable(folder);
    return new RunWriter(join(folder, runFile), await Journal.open(folder, clock), state);
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
    if (!(await this.journal.isInPlace())) throw runMoved(dirname(this.path));
    await writeFileAtomic(this.path, `${jsonOf(this.state, 2)}\n`);
  }
}

/** Nothing more is written where it was: the half of a run would be there, and the other half elsewhere. */
function runMoved(folder: string): CollabError {
  return new CollabError('run-moved', {
    what: `The folder of the run is not at ${folder} any more.`,
    why: 'It was moved or removed while the run was under way.',
    next: 'Go on with the run where its folder is now: collab resume, in that workspace.',
    exitCode: ExitCode.internal,
  });
}

function notResumable(folder: string): CollabError {
  return new CollabError('not-resumable', {
    what: 'The run cannot go on.',
    why: `${join(folder, journalFile)} does not give its state: it is missing, broken, or of an older version of collab.`,
    next: 'Run the experiment again. What the run has can be reported: collab report',
    exitCode: ExitCode.usage,
  });
}
