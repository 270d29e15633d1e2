import { join } from 'node:path';
import { messageOf, plainText } from '../../errors.js';
import {
  type Assignment,
  type AttemptPlace,
  type Broker,
  type PrintedAnswer,
  printedAsked,
  printedAtMostBytes,
  printedQuestion,
  userIdentity,
} from '../../fleet/index.js';
import { roleFiles } from '../../logs/index.js';
import type { AgentContext } from '../duty.js';
import { keyOf } from './held-attempt.js';
import { readTaskPart } from './task-file.js';

/** Between two answers: readers must not take the device's time from its tasks. With 64 KiB each, it is at most 3 MB/s. */
const restMs = 20;

interface Output {
  owner: string;
  /** Null while nothing of it has run. */
  folder: string | null;
}

type Answer = PrintedAnswer | { kind: 'refused'; name: string; why: string };

/** What the attempts of this device print, for their owners, who ask for it piece by piece. */
export class TaskOutputs {
  readonly #outputs = new Map<string, Output>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly clock: AgentContext['clock']) {}

  /** An attempt was taken on, and has printed nothing. */
  hold(assigned: Assignment): void {
    this.#outputs.set(keyOf(assigned), { owner: assigned.owner, folder: null });
  }

  /** @param folder with what it prints */
  begin(place: AttemptPlace, folder: string): void {
    const output = this.#outputs.get(keyOf(place));
    if (output !== undefined) output.folder = folder;
  }

  /** What it printed is in the store, or nowhere. */
  end(place: AttemptPlace): void {
    this.#outputs.delete(keyOf(place));
  }

  /** Answers until it is disposed of. Who asks is in the subject: the broker has checked it. */
  answer(broker: Pick<Broker, 'answer'>, member: string): Disposable {
    return broker.answer(printedQuestion('*', member), ({ subject, data }) =>
      this.#inTurn(subject.split('.')[1] ?? '', data),
    );
  }

  async *#inTurn(identity: string, data: Uint8Array): AsyncGenerator<Uint8Array> {
    const answering = this.#last.then(() => this.#answerTo(identity, data));
    this.#last = answering.then(() => this.clock.sleep(restMs));
    yield Buffer.from(JSON.stringify(await answering));
  }

  async #answerTo(identity: string, data: Uint8Array): Promise<Answer> {
    try {
      const { stream, from, ...place } = printedAsked.parse(JSON.parse(Buffer.from(data).toString()));
      const output = this.#outputs.get(keyOf(place));
      if (output === undefined) return { kind: 'ended' };
      if (userIdentity(output.owner) !== identity)
        return { kind: 'refused', name: 'job-not-yours', why: 'it is the output of a job of another user' };
      const part =
        output.folder === null
          ? null
          : await readTaskPart(join(output.folder, roleFiles[stream]), {
              from,
              maxBytes: printedAtMostBytes,
            });
      // It may have ended while it was read, and its files with it.
      if (!this.#outputs.has(keyOf(place))) return { kind: 'ended' };
      const { content = Buffer.alloc(0), from: at = 0, sizeBytes = 0 } = part ?? {};
      return { kind: 'printed', from: at, size_bytes: sizeBytes, content: content.toString('base64') };
    } catch (error) {
      return { kind: 'refused', name: 'job-output-unread', why: plainText(messageOf(error)) };
    }
  }
}
