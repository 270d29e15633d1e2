import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { api } from './api.js';
import type { BrokerMessage } from './broker.js';
import { BrokerFault, code, NotNow } from './errors.js';
import type { Arrived, Link } from './link.js';
import type { OwnWrites } from './own-writes.js';
import { type Patience, persist, unreachable } from './persist.js';

/** Of each request for messages; the largest message must fit in. */
const batch = { messages: 512, bytes: 8 * 1024 * 1024 };
const nanosecondsPerMs = 1e6;
/** A reader may take longer than this for a batch: then the consumer is made anew. */
const consumerAgeMs = 30_000;
const expiresMs = 2000;
/**
 * A server takes milliseconds to make a consumer. It may place it on a replica that has just died, of which the cluster knows only
 * after 150 s (five of its heartbeats), and then nobody answers: the next try may be placed on another.
 */
const createMs = (attempt: number): number => 1000 * 2 ** Math.min(attempt, 5);
/** For how long a message of our own is awaited that a replica does not have yet. */
const ownPatienceMs = 3000;

const created = z.object({
  name: z.string(),
  num_pending: z.number(),
  cluster: z.object({ leader: z.string().default('') }).optional(),
});
export type Consumer = z.output<typeof created>;

/**
 * A place in a stream from which messages are read, on one of its replicas, which forgets it soon.
 * @param from sequence of the first message
 */
export function createConsumer(
  link: Link,
  { stream, filter, from }: { stream: string; filter: string; from: number },
  timeoutMs: number,
): Promise<Consumer> {
  const name = randomBytes(16).toString('hex');
  return api(
    link,
    // The filter is in the subject, so that permissions see it; the server compares it with the text.
    `CONSUMER.CREATE.${stream}.${name}.${filter}`,
    {
      stream_name: stream,
      config: {
        name,
        filter_subject: filter,
        deliver_policy: from > 1 ? 'by_start_sequence' : 'all',
        ...(from > 1 && { opt_start_seq: from }),
        ack_policy: 'none',
        inactive_threshold: consumerAgeMs * nanosecondsPerMs,
        mem_storage: true,
        num_replicas: 1,
      },
    },
    created,
    timeoutMs,
  );
}

export interface Scan {
  stream: string;
  filter: string;
  /** Sequence of the first message; default: 1. */
  from?: number | undefined;
  /** Makes a consumer that begins at a sequence. */
  create: (from: number, timeoutMs: number) => Promise<Consumer>;
}

/** All messages that match now. When the server that reads them is lost, another one goes on behind the last message. */
export async function* scanMessages(
  link: Link,
  patience: Patience,
  { stream, create, filter, from = 1 }: Scan,
  own: OwnWrites | null,
  signal?: AbortSignal,
): AsyncGenerator<BrokerMessage> {
  let last = Math.max(0, from - 1);
  let movedMs = performance.now();
  const lacksOwn = () => own !== null && own.after(filter, last).length > 0;
  for (;;) {
    const consumer = await persist(patience, (count) => create(last + 1, createMs(count)), signal);
    let pending = consumer.num_pending;
    let awaitedUntil: number | null = null;
    try {
      for (;;) {
        if (pending === 0) {
          if (!lacksOwn()) return;
          awaitedUntil ??= performance.now() + ownPatienceMs;
          if (performance.now() > awaitedUntil) return;
        }
        for await (const arrived of pull(link, stream, consumer.name, signal)) {
          const message = messageOf(arrived);
          last = message.sequence;
          movedMs = performance.now();
          pending = message.pending;
          yield message;
          if (pending === 0 && !lacksOwn()) return;
        }
      }
    } catch (error) {
      const isGone = error instanceof BrokerFault && error.code === code.consumerNotFound;
      if (!(error instanceof NotNow) && !isGone) throw error;
      if (performance.now() - movedMs > patience.patienceMs) throw await unreachable(patience, error);
    }
  }
}

/** One batch. */
export async function* pull(
  link: Link,
  stream: string,
  consumer: string,
  signal?: AbortSignal,
): AsyncGenerator<Arrived> {
  const request = { batch: batch.messages, max_bytes: batch.bytes, expires: expiresMs * nanosecondsPerMs };
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  let count = 0;
  for await (const arrived of link.many(
    subject,
    Buffer.from(JSON.stringify(request)),
    expiresMs * 2,
    signal,
  )) {
    if (arrived.status === null) {
      yield arrived;
      count += 1;
      if (count === batch.messages) return;
    } else if (arrived.status === 404 || arrived.status === 408 || /maxbytes/i.test(arrived.text)) return;
    else if (arrived.status !== 100) throw new NotNow(arrived.text);
  }
}

/** `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<count>.<nanoseconds>.<pending>`, or with the domain and account. */
export function messageOf({ subject, data, reply }: Arrived): BrokerMessage & { pending: number } {
  const tokens = (reply ?? '').split('.');
  const at = tokens.length > 9 ? 7 : 5;
  const [sequence = '', , nanoseconds = '', pending = ''] = tokens.slice(at);
  if (!/^\d+$/.test(sequence) || !/^\d+$/.test(pending)) throw new NotNow('a message without its place');
  return {
    subject,
    data,
    sequence: Number(sequence),
    time: new Date(Number(nanoseconds) / nanosecondsPerMs),
    pending: Number(pending),
  };
}
