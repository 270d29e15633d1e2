import { z } from 'zod';
import { CollabError, ExitCode, messageOf, plainText } from '../../errors.js';
import { type Broker, printedQuestion, userIdentity } from '../broker/index.js';
import { refusal } from '../files/index.js';
import { attemptPlace, type AttemptPlace } from './questions.js';

/** Of one answer. */
export const printedAtMostBytes = 64 * 1024;
/** A worker reads a file and answers at once; one that takes longer is not there, or its network is not. */
const answerWithinMs = 5000;

export const printedStream = z.enum(['stdout', 'stderr']);
export type PrintedStream = z.output<typeof printedStream>;

/** What a user asks the worker of a running attempt, on `printed.u-<user>.<member id>`. */
export const printedAsked = attemptPlace.extend({
  stream: printedStream,
  /** The first byte; negative: so many before the end. */
  from: z.int(),
});

export const printedAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('printed'),
    /** The first byte of the content; all that there are so far. */
    from: z.int().nonnegative(),
    size_bytes: z.int().nonnegative(),
    content: z.base64(),
  }),
  /** Not here, or not any more: what it printed is in the store, if it left anything. */
  z.object({ kind: z.literal('ended') }),
]);
export type PrintedAnswer = z.output<typeof printedAnswer>;

/** A piece of what an attempt has printed that runs. */
export interface PrintedPiece {
  from: number;
  sizeBytes: number;
  content: Buffer;
}

const answer = z.union([printedAnswer, refusal]);

/** Asks workers what the tasks of this user print. */
export class WorkersAsked {
  constructor(
    private readonly broker: Broker,
    private readonly user: string,
    private readonly memberName: (id: string) => string,
  ) {}

  /**
   * A piece of what a running attempt has printed; at most 64 KiB.
   * @param from the first byte; negative: so many before the end
   * @returns null if the attempt does not run there, or not any more
   * @throws CollabError `job-output-unread`
   */
  async printed(
    member: string,
    { stream, from, ...place }: AttemptPlace & { stream: PrintedStream; from: number },
    signal?: AbortSignal,
  ): Promise<PrintedPiece | null> {
    const late = AbortSignal.timeout(answerWithinMs);
    const until = signal === undefined ? late : AbortSignal.any([signal, late]);
    const { job, task, attempt } = place;
    const asked = Buffer.from(JSON.stringify({ job, task, attempt, stream, from }));
    try {
      for await (const data of this.broker.ask(
        printedQuestion(userIdentity(this.user), member),
        asked,
        until,
      )) {
        const said = answer.parse(JSON.parse(Buffer.from(data).toString()));
        if (said.kind === 'ended') return null;
        if (said.kind === 'refused') throw new Error(said.why);
        return {
          from: said.from,
          sizeBytes: said.size_bytes,
          content: Buffer.from(said.content, 'base64'),
        };
      }
      throw new Error('it gave no answer');
    } catch (error) {
      signal?.throwIfAborted();
      const why = late.aborted ? `Nothing came within ${answerWithinMs / 1000} s.` : reasonOf(error);
      throw outputUnread(this.memberName(member), why, error);
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return 'It answers in a form of its own: it runs another version of collab.';
  return plainText(error instanceof CollabError ? (error.why ?? error.what) : messageOf(error));
}

/** @param member its name */
export function outputUnread(member: string, why: string, cause?: unknown): CollabError {
  return new CollabError('job-output-unread', {
    what: `Could not read the output of the running task on ${member}.`,
    why,
    next: 'Try again. If the device is gone, its task is tried again on another one: collab fleet status',
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}
