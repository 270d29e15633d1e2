import { join } from 'node:path';
import type { Clock, StampedEvent } from '../../events.js';
import {
  attemptName,
  type AttemptOf,
  type JournalEvent,
  newestAttempt,
  placementOf,
  roleFiles,
  roleFolder,
  type RunRecord,
} from '../records/index.js';
import { type Follower, followWith } from './follow-run.js';
import { chosenTrials, isChosen, type LogChoice, type LogLines } from './log-choice.js';
import { LogTail } from './log-tail.js';

type AboutRole = Pick<LogLines, 'trial' | 'role' | 'rank' | 'device'>;

/** The log of one stream of one role instance in one trial. */
class RoleLog {
  private readonly tail: LogTail;

  constructor(
    runFolder: string,
    of: AttemptOf,
    readonly about: AboutRole & Pick<LogLines, 'stream'>,
    last: number | undefined,
  ) {
    const { role, rank, stream } = about;
    this.tail = new LogTail(join(roleFolder(runFolder, of, role, rank), roleFiles[stream]), last);
  }

  async *next(final: boolean): AsyncGenerator<LogLines, void> {
    const { trial, role, rank, device, stream } = this.about;
    for await (const bytes of this.tail.next(final))
      yield { kind: 'log.lines', trial, role, rank, device, stream, bytes };
  }
}

/**
 * What the roles of a run printed, trial by trial, role by role, each file as a whole: lines have no times. It takes little
 * memory for files of any size.
 * @throws CollabError as `chosenTrials`
 */
export async function* readLogs(
  runFolder: string,
  record: RunRecord,
  choice: LogChoice,
): AsyncGenerator<LogLines, void> {
  for (const trial of chosenTrials(record, choice)) {
    for (const { role, rank, device } of placementOf(record, trial)) {
      if (!isChosen(choice, { role, rank })) continue;
      for (const stream of choice.streams) {
        const about = { trial: trial.number, role, rank, device, stream };
        yield* new RoleLog(runFolder, newestAttempt(trial), about, choice.tail).next(true);
      }
    }
  }
}

/**
 * What the roles of a run under way print, from the start of the trial that runs, until the run has ended. No line is left
 * out. Ends when the signal is aborted.
 */
export async function* followLogs(
  runFolder: string,
  choice: LogChoice,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<LogLines, void> {
  const logs = new GrowingLogs(runFolder, choice);
  for await (const event of followWith(runFolder, logs, clock, signal))
    if (event.kind === 'log.lines') yield event;
  if (!signal.aborted) yield* logs.end();
}

/** The logs of the roles that are running. */
class GrowingLogs implements Follower<LogLines> {
  private readonly logs = new Map<string, RoleLog>();
  /** Trials whose logs are whole. */
  private readonly ended = new Set<number>();
  /** Before, the events are of trials that are over. */
  private reading = false;

  constructor(
    private readonly runFolder: string,
    private readonly choice: LogChoice,
  ) {}

  know(event: StampedEvent<JournalEvent>): void {
    if (event.kind === 'trial.started' || event.kind === 'trial.adopted') {
      this.ended.delete(event.trial);
      if (!this.reading && (this.choice.trials ?? []).length === 0) this.logs.clear();
    }
    if (event.kind === 'trial.adopted')
      for (const role of event.roles) this.add(event, { trial: event.trial, ...role });
    else if (event.kind === 'role.starting') this.add(event, event);
    else if (event.kind === 'trial.ended') this.ended.add(event.trial);
  }

  private add(of: AttemptOf, { trial, role, rank, device }: AboutRole): void {
    const { trials = [], streams, tail } = this.choice;
    if (trials.length > 0 && !trials.includes(trial)) return;
    if (!isChosen(this.choice, { role, rank })) return;
    for (const stream of streams) {
      const key = `${attemptName(of)} ${role}-${rank} ${stream}`;
      const about = { trial, role, rank, device, stream };
      if (!this.logs.has(key))
        this.logs.set(key, new RoleLog(this.runFolder, of, about, this.reading ? undefined : tail));
    }
  }

  async *next(): AsyncGenerator<LogLines, void> {
    this.reading = true;
    for (const [key, log] of [...this.logs]) {
      const isWhole = this.ended.has(log.about.trial);
      yield* log.next(isWhole);
      if (isWhole) this.logs.delete(key);
    }
  }

  /** What is left when the run has ended. */
  async *end(): AsyncGenerator<LogLines, void> {
    for (const log of this.logs.values()) yield* log.next(true);
  }
}
