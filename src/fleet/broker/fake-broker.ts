import { type Clock, systemClock } from '../../events.js';
import {
  BrokerConflict,
  type BrokerAdmin,
  type BrokerMessage,
  type PublishOptions,
  type StreamSettings,
  type StreamState,
} from './broker.js';

interface FakeStream {
  settings: StreamSettings;
  messages: BrokerMessage[];
  sequence: number;
  isFrozen: boolean;
}

type Handler = Parameters<BrokerAdmin['answer']>[1];

/** A broker in memory, with servers whose copies a test can damage. */
export class FakeBroker implements BrokerAdmin {
  readonly #streams = new Map<string, FakeStream>();
  readonly #handlers: { subject: string; group: string | null; handler: Handler }[] = [];
  /** What a server returns in place of a message; null for one that it lost. */
  readonly #damage = new Map<string, Uint8Array | null>();
  /** Servers that hold replicas, in order; the first leads. */
  servers: string[] = ['s1', 's2', 's3'];
  readonly offline = new Set<string>();
  /** The server that answers a scan; null: what all of them should have. */
  anyReplica: string | null = null;

  constructor(private readonly clock: Clock = systemClock) {}

  publish(subject: string, data: Uint8Array, { expectLast }: PublishOptions = {}): Promise<number> {
    return Promise.resolve().then(() => {
      const stream = this.#of(subject);
      if (stream.isFrozen) throw new Error(`${stream.settings.name} is frozen`);
      const last = stream.messages.findLast((one) => one.subject === subject);
      if (expectLast !== undefined && (last?.sequence ?? 0) !== expectLast)
        throw new BrokerConflict(`the last message of ${subject} is ${last?.sequence ?? 0}`);
      if (stream.settings.perSubject === 1)
        stream.messages = stream.messages.filter((one) => one.subject !== subject);
      stream.sequence += 1;
      stream.messages.push({
        subject,
        data: Uint8Array.from(data),
        sequence: stream.sequence,
        time: this.clock.now(),
      });
      return stream.sequence;
    });
  }

  last(stream: string, subject: string): Promise<BrokerMessage | null> {
    return Promise.resolve(this.#kept(stream).findLast((one) => one.subject === subject) ?? null);
  }

  async *scan(stream: string, filter: string, _signal?: AbortSignal, from = 0): AsyncIterable<BrokerMessage> {
    await Promise.resolve();
    const found = this.#kept(stream).filter((one) => one.sequence >= from && matches(filter, one.subject));
    yield* this.anyReplica === null ? found : this.#seenBy(this.anyReplica, stream, found);
  }

  async *ask(subject: string, data: Uint8Array, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const found = this.#handlers.find((one) => matches(one.subject, subject));
    if (found === undefined) throw new Error(`nobody answers ${subject}`);
    const answers = found.handler({ subject, data })[Symbol.asyncIterator]();
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    for (;;) {
      const next = await Promise.race([answers.next(), aborted]);
      signal?.throwIfAborted();
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  }

  answer(subject: string, handler: Handler, group?: string): Disposable {
    const own = { subject, handler, group: group ?? null };
    this.#handlers.push(own);
    return { [Symbol.dispose]: () => void this.#handlers.splice(this.#handlers.indexOf(own), 1) };
  }

  ensureStream(settings: StreamSettings): Promise<void> {
    const known = this.#streams.get(settings.name);
    if (known === undefined)
      this.#streams.set(settings.name, { settings, messages: [], sequence: 0, isFrozen: false });
    else known.settings = settings;
    return Promise.resolve();
  }

  stream(name: string): Promise<StreamState | null> {
    const known = this.#streams.get(name);
    return Promise.resolve(known === undefined ? null : this.#stateOf(known));
  }

  streams(): Promise<readonly StreamState[]> {
    return Promise.resolve([...this.#streams.values()].map((one) => this.#stateOf(one)));
  }

  readonly handedOver: string[] = [];

  handOver(stream: string): Promise<void> {
    this.handedOver.push(stream);
    return Promise.resolve();
  }

  freeze(stream: string, isFrozen: boolean): Promise<void> {
    const known = this.#streams.get(stream);
    if (known !== undefined) known.isFrozen = isFrozen;
    return Promise.resolve();
  }

  subjects(stream: string, filter: string): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { subject } of this.#kept(stream))
      if (matches(filter, subject)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
    return Promise.resolve(counts);
  }

  purge(stream: string, filter: string, before = Infinity): Promise<void> {
    const known = this.#streams.get(stream);
    if (known !== undefined)
      known.messages = known.messages.filter(
        (one) => one.sequence >= before || !matches(filter, one.subject),
      );
    return Promise.resolve();
  }

  async *scanReplica(
    stream: string,
    server: string,
    filter: string,
    signal?: AbortSignal,
    from = 0,
  ): AsyncIterable<BrokerMessage> {
    signal?.throwIfAborted();
    await Promise.resolve();
    const found = this.#kept(stream).filter((one) => one.sequence >= from && matches(filter, one.subject));
    yield* this.#seenBy(server, stream, found);
  }

  /** From now on, the server has other data in place of this message, or lacks it. */
  damage(stream: string, server: string, sequence: number, data: Uint8Array | null): void {
    this.#damage.set(`${server} ${stream} ${sequence}`, data);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** The messages as one server has them. */
  #seenBy(server: string, stream: string, messages: readonly BrokerMessage[]): BrokerMessage[] {
    return messages.flatMap((message) => {
      const data = this.#damage.get(`${server} ${stream} ${message.sequence}`);
      if (data === null) return [];
      return [data === undefined ? message : { ...message, data }];
    });
  }

  #stateOf({ settings, messages }: FakeStream): StreamState {
    return {
      name: settings.name,
      target: settings.replicas,
      replicas: this.servers.slice(0, settings.replicas).map((server, at) => ({
        server,
        isLeader: at === 0,
        isCurrent: !this.offline.has(server),
        isOffline: this.offline.has(server),
        lag: 0,
      })),
      messages: messages.length,
      bytes: messages.reduce((sum, { data }) => sum + data.length, 0),
    };
  }

  #of(subject: string): FakeStream {
    const found = [...this.#streams.values()].find(({ settings }) =>
      settings.subjects.some((one) => matches(one, subject)),
    );
    if (found === undefined) throw new Error(`no stream has ${subject}`);
    return found;
  }

  #kept(name: string): readonly BrokerMessage[] {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`there is no stream ${name}`);
    const { maxAgeMs } = stream.settings;
    const oldest = maxAgeMs === null ? -Infinity : this.clock.now().getTime() - maxAgeMs;
    stream.messages = stream.messages.filter(({ time }) => time.getTime() > oldest);
    return stream.messages;
  }
}

/** Whether a subject matches a filter: `*` stands for one token, `>` at its end for one or more. */
function matches(filter: string, subject: string): boolean {
  const wanted = filter.split('.');
  const tokens = subject.split('.');
  if (wanted.at(-1) === '>') {
    if (tokens.length < wanted.length) return false;
    wanted.pop();
  } else if (tokens.length !== wanted.length) return false;
  return wanted.every((one, at) => one === '*' || one === tokens[at]);
}
