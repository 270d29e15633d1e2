import { z } from 'zod';
import { CollabError } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import { type Broker, question, userIdentity } from '../broker/index.js';
import { refusal } from '../files/index.js';
import { badAnswer, jobRefused, noAnswer } from './errors.js';
import type { JobEvent } from './events.js';
import { type JobsAnswer, jobsAnswer, type JobsQuestion } from './questions.js';

/** Refusals that pass: a new leader has yet to read the jobs, or others change the same job. */
const passing = ['broker-no-answer', 'jobs-not-read', 'job-busy'];
/** When the leader is gone, another one leads after some seconds. */
const defaultPatienceMs = 30_000;
const againMs = 500;

const answer = z.union([jobsAnswer, refusal]);

export interface AskOptions {
  emit?: Emit<JobEvent> | undefined;
  signal?: AbortSignal | undefined;
  /** For how long it is asked again while nobody leads. */
  patienceMs?: number | undefined;
  /** For how long an answer is waited for; default: as long as the connection holds, and something may come. */
  answerMs?: number | undefined;
}

/** Asks the leader about jobs, again while nobody leads. */
export class LeaderAsked {
  constructor(
    private readonly broker: Broker,
    private readonly user: string,
    private readonly clock: Clock,
  ) {}

  /**
   * All answers to a question, in their order.
   * @param what did not happen if it is refused, in one sentence
   * @throws JobRefused; CollabError `broker-no-answer`, `job-bad-answer`
   */
  async all(
    asked: JobsQuestion,
    what: string,
    { emit, signal, answerMs, patienceMs = defaultPatienceMs }: AskOptions = {},
  ): Promise<JobsAnswer[]> {
    const endMs = this.clock.now().getTime() + patienceMs;
    for (let isSaid = false; ;) {
      try {
        return await this.#inTime(asked, what, answerMs, signal);
      } catch (error) {
        if (!(error instanceof CollabError) || !passing.includes(error.name)) throw error;
        if (this.clock.now().getTime() >= endMs) throw error;
        if (!isSaid) emit?.({ kind: 'job.unanswered', reason: error.why ?? error.what });
        isSaid = true;
        await this.clock.sleep(againMs, signal);
        signal?.throwIfAborted();
      }
    }
  }

  /** An agent that was killed may have got the question, and nobody says so. */
  async #inTime(
    asked: JobsQuestion,
    what: string,
    answerMs: number | undefined,
    signal?: AbortSignal,
  ): Promise<JobsAnswer[]> {
    if (answerMs === undefined) return this.#once(asked, what, signal);
    const late = AbortSignal.timeout(answerMs);
    try {
      return await this.#once(asked, what, signal === undefined ? late : AbortSignal.any([signal, late]));
    } catch (error) {
      throw late.aborted && !(error instanceof CollabError) ? noAnswer(answerMs) : error;
    }
  }

  async #once(asked: JobsQuestion, what: string, signal?: AbortSignal): Promise<JobsAnswer[]> {
    const subject = question(userIdentity(this.user), 'jobs');
    const answers: JobsAnswer[] = [];
    for await (const data of this.broker.ask(subject, Buffer.from(JSON.stringify(asked)), signal)) {
      const said = parsed(data);
      if (said.kind === 'refused') throw jobRefused(said.name, what, said.why);
      answers.push(said);
    }
    return answers;
  }
}

function parsed(data: Uint8Array): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(Buffer.from(data).toString()));
  } catch (error) {
    throw badAnswer(error);
  }
}
