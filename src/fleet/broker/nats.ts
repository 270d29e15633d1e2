import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { anything, api, parsedAnswer } from './api.js';
import {
  type Broker,
  type BrokerAccess,
  BrokerConflict,
  type BrokerMessage,
  type PublishOptions,
} from './broker.js';
import { BrokerFault, brokerNoAnswer, code, NotNow, spoken } from './errors.js';
import { type Arrived, Link } from './link.js';
import { OwnWrites } from './own-writes.js';
import { type Patience, persist, waitMs } from './persist.js';
import { createConsumer, scanMessages } from './scan.js';
import { storeStream, streamOf } from './subjects.js';

export interface BrokerOptions {
  /** For how long everything is tried again while keepers are gone. */
  patienceMs?: number | undefined;
  /** For how long a first connection is tried; default: the same. */
  connectMs?: number | undefined;
}

/** A leader that was killed is replaced after 5 to 7 seconds, on slow boards later. */
const defaultPatienceMs = 30_000;
/** How long somebody who answers questions may be away. */
const answerPatienceMs = 5000;
/** Who works on an answer says so this often. One that is silent for longer was killed. */
const workingEveryMs = 1000;
const answerSilenceMs = 10_000;
/** For how long a message of our own is awaited that a replica does not have yet. */
const ownPatienceMs = 3000;
/** So often a message is said to be under way before it gets another id. */
const sameIdLimit = 5;
const failedHeader = 'Collab-Failed';
const workingHeader = 'Collab-Working';
const nothing = new Uint8Array();
const acknowledged = z.object({ seq: z.int().nonnegative() });

/** @throws CollabError `store-unreachable`, `store-refused` */
export async function connectBroker(access: BrokerAccess, options: BrokerOptions = {}): Promise<Broker> {
  const broker = new NatsBroker(access, options);
  await broker.open();
  return broker;
}

export class NatsBroker implements Broker {
  protected readonly link: Link;
  protected readonly patience: Patience;
  protected readonly own = new OwnWrites();

  private readonly connectMs: number;

  constructor(
    access: BrokerAccess,
    { patienceMs = defaultPatienceMs, connectMs = patienceMs }: BrokerOptions,
  ) {
    this.link = new Link(access);
    this.patience = { patienceMs, servers: access.servers };
    this.connectMs = connectMs;
  }

  /** Connects, so that a wrong key is found out at once. */
  async open(): Promise<void> {
    try {
      await persist({ ...this.patience, patienceMs: this.connectMs }, () => this.link.connect());
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async publish(
    subject: string,
    data: Uint8Array,
    { expectLast, signal }: PublishOptions = {},
  ): Promise<number> {
    // The broker stores a message of one id once, so that it can be sent again when its acknowledgement was lost.
    const id = randomBytes(9).toString('base64url');
    let sameId = 0;
    const sequence = await persist(
      this.patience,
      async (count) => {
        try {
          const headers = {
            'Nats-Msg-Id': `${id}.${Math.floor(sameId / sameIdLimit)}`,
            ...(expectLast !== undefined && { 'Nats-Expected-Last-Subject-Sequence': String(expectLast) }),
          };
          const answer = await this.link.request(subject, data, { timeoutMs: waitMs(count), headers });
          const { seq } = parsedAnswer(acknowledged, answer.data);
          // 2.10 acknowledges a message whose first copy is under way as a duplicate without a sequence. It may never get one.
          if (seq === 0) throw Object.assign(new NotNow('it is under way'), { code: code.sameIdUnderWay });
          return seq;
        } catch (error) {
          // A leader that was replaced may keep the id of a message that never came to be: then it gets another one.
          if (error instanceof NotNow && error.code === code.sameIdUnderWay) sameId += 1;
          const ours =
            error instanceof BrokerConflict && count > 0
              ? await this.#ours(subject, id, error, signal)
              : null;
          if (ours !== null) return ours;
          throw spoken(error);
        }
      },
      signal,
    );
    this.own.add(subject, sequence);
    return sequence;
  }

  async last(stream: string, subject: string, signal?: AbortSignal): Promise<BrokerMessage | null> {
    return this.#last(stream, subject, this.own.least(subject), signal);
  }

  async *scan(stream: string, filter: string, signal?: AbortSignal, from = 1): AsyncGenerator<BrokerMessage> {
    const create = (first: number, timeoutMs: number) =>
      createConsumer(this.link, { stream, filter, from: first }, timeoutMs);
    try {
      yield* scanMessages(this.link, this.patience, { stream, filter, create, from }, this.own, signal);
    } catch (error) {
      throw spoken(error);
    }
  }

  async *ask(subject: string, data: Uint8Array, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const end = performance.now() + answerPatienceMs;
    let isAnswered = false;
    for (let count = 1; ; count += 1) {
      try {
        for await (const answer of this.link.many(subject, data, answerSilenceMs, signal)) {
          if (answer.header(failedHeader) !== null)
            throw brokerNoAnswer('The agent that answered has failed.');
          if (answer.header(workingHeader) !== null) continue;
          if (answer.data.length === 0) return;
          isAnswered = true;
          yield answer.data;
        }
      } catch (error) {
        if (!(error instanceof NotNow)) throw error;
        // Asked again, the question would be answered a second time.
        const isLate = performance.now() > end && count > 1;
        if (isAnswered || isLate) throw brokerNoAnswer(`Last fault: ${error.message}.`);
        await pause(250, undefined, { signal });
      }
    }
  }

  answer(
    subject: string,
    handler: (question: { subject: string; data: Uint8Array }) => AsyncIterable<Uint8Array>,
    group?: string,
  ): Disposable {
    const stop = new AbortController();
    const respond = async ({ subject: asked, data, reply }: Arrived): Promise<void> => {
      if (reply === null) return;
      const working = setInterval(() => {
        void this.link.send(reply, nothing, { [workingHeader]: '1' }).catch(() => undefined);
      }, workingEveryMs);
      try {
        for await (const answer of handler({ subject: asked, data })) await this.link.send(reply, answer);
        await this.link.send(reply, nothing);
      } catch {
        await this.link.send(reply, nothing, { [failedHeader]: '1' }).catch(() => undefined);
      } finally {
        clearInterval(working);
      }
    };
    const serve = async () => {
      while (!stop.signal.aborted) {
        try {
          await this.link.listen(subject, group, (question) => void respond(question), stop.signal);
        } catch {
          // The keepers are gone, or do not know this key yet.
        }
        await pause(500, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    };
    void serve();
    return { [Symbol.dispose]: () => stop.abort() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]();
  }

  /** One request to JetStream's API, again until it is answered. */
  protected async api<T>(subject: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return persist(this.patience, (count) => api(this.link, subject, body, schema, waitMs(count)));
  }

  async #last(
    stream: string,
    subject: string,
    least: number,
    signal?: AbortSignal,
  ): Promise<(BrokerMessage & { id: string | null }) | null> {
    const awaited = performance.now() + ownPatienceMs;
    for (;;) {
      const message = await persist(this.patience, (count) => this.#direct(stream, subject, count), signal);
      if ((message?.sequence ?? 0) >= least || performance.now() > awaited) return message;
      await pause(20, undefined, { signal });
    }
  }

  async #direct(
    stream: string,
    subject: string,
    count: number,
  ): Promise<(BrokerMessage & { id: string | null }) | null> {
    const options = { timeoutMs: waitMs(count) };
    try {
      const answer = await this.link.request(`$JS.API.DIRECT.GET.${stream}.${subject}`, nothing, options);
      if (answer.status === 404) return null;
      const sequence = Number(answer.header('Nats-Sequence'));
      if (answer.status !== null || !(sequence > 0)) throw new NotNow(answer.text);
      return {
        subject,
        data: answer.data,
        sequence,
        time: new Date(answer.header('Nats-Time-Stamp') ?? 0),
        id: answer.header('Nats-Msg-Id'),
      };
    } catch (error) {
      if (error instanceof NotNow && stream === storeStream && (await this.#isMissing(stream))) return null;
      throw spoken(error);
    }
  }

  async #isMissing(stream: string): Promise<boolean> {
    try {
      await api(this.link, `STREAM.INFO.${stream}`, undefined, anything, waitMs(0));
      return false;
    } catch (error) {
      return error instanceof BrokerFault && error.code === code.streamNotFound;
    }
  }

  /** Whether the message that came first is our own, of which the acknowledgement was lost. @returns its sequence */
  async #ours(subject: string, id: string, { message }: Error, signal?: AbortSignal): Promise<number | null> {
    const least = Number(/last sequence: (\d+)/.exec(message)?.[1] ?? 0);
    const last = await this.#last(streamOf(subject), subject, least, signal);
    return last?.id?.startsWith(`${id}.`) ? last.sequence : null;
  }
}
