import type { PeerCertificate } from 'node:tls';
import {
  connect,
  ConnectionError,
  createInbox,
  errors,
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nkeyAuthenticator,
  type TlsOptions,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { messageOf } from '../../errors.js';
import type { BrokerAccess } from './broker.js';
import { brokerRefused, NotNow } from './errors.js';
import { inboxFor, inboxOf } from './subjects.js';

/** A message as it comes. */
export interface Arrived {
  subject: string;
  reply: string | null;
  data: Uint8Array;
  /** Of a message that is a status of the broker, e.g. 404; else null. */
  status: number | null;
  /** What the status says. */
  text: string;
  header(name: string): string | null;
}

export interface RequestOptions {
  timeoutMs: number;
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * The connection to one of the keepers; when it is lost, the next request makes a new one, to another keeper if need be. What
 * was asked over the lost one fails with `NotNow`.
 */
export class Link implements AsyncDisposable {
  #connection: Promise<NatsConnection> | null = null;
  /** Which server is tried first. */
  #first = 0;
  #isClosed = false;

  constructor(readonly access: BrokerAccess) {}

  /** @throws NotNow, CollabError `store-refused` */
  async connect(): Promise<void> {
    await this.#live();
  }

  /** @throws NotNow, CollabError `store-refused` */
  async request(subject: string, data: Uint8Array, options: RequestOptions): Promise<Arrived> {
    const connection = await this.#live();
    try {
      return arrived(
        await connection.request(subject, data, {
          timeout: options.timeoutMs,
          ...headersOf(options.headers),
        }),
      );
    } catch (error) {
      throw faultOfRequest(error, subject);
    }
  }

  /**
   * Asks, and hands over all that comes, until the reader has enough.
   * @param silenceMs longest silence
   * @throws NotNow after a longer silence or when nobody is asked, CollabError `store-refused`
   */
  async *many(
    subject: string,
    data: Uint8Array,
    silenceMs: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Arrived> {
    const connection = await this.#live();
    const inbox = createInbox(inboxFor(this.access.identity, subject));
    const came: (Arrived | Error)[] = [];
    let wake = (): void => undefined;
    const take = (one: Arrived | Error) => {
      came.push(one);
      wake();
    };
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => take(error ? faultOfRequest(error, subject) : arrived(message)),
    });
    // A refused question comes back as the subscription's error only if it knows the question.
    Object.assign(subscription, { requestSubject: subject });
    const forget = whenClosed(connection, () => take(new NotNow('the connection was lost')));
    const abort = () => wake();
    signal?.addEventListener('abort', abort);
    try {
      connection.publish(subject, data, { reply: inbox });
      for (;;) {
        const one =
          came.shift() ?? (await silence(silenceMs, (awake) => (wake = awake)).then(() => came.shift()));
        signal?.throwIfAborted();
        if (one === undefined) throw new NotNow(`no answer within ${silenceMs / 1000} s`);
        if (one instanceof Error) throw one;
        if (one.status === 503) throw new NotNow('nobody is there to answer');
        yield one;
      }
    } catch (error) {
      throw faultOfRequest(error, subject);
    } finally {
      signal?.removeEventListener('abort', abort);
      forget();
      subscription.unsubscribe();
    }
  }

  /** Sends an answer; it is lost if the connection is. */
  async send(subject: string, data: Uint8Array, values?: Readonly<Record<string, string>>): Promise<void> {
    (await this.#live()).publish(subject, data, headersOf(values));
  }

  /** Takes messages until the connection is lost; then it resolves. @throws NotNow, CollabError `store-refused` */
  async listen(
    subject: string,
    group: string | undefined,
    take: (message: Arrived) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const connection = await this.#live();
    let refused: Error | null = null as Error | null;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const subscription = connection.subscribe(subject, {
      ...(group !== undefined && { queue: group }),
      callback: (error, message) => {
        if (error) {
          refused = faultOfRequest(error, subject);
          end();
        } else take(arrived(message));
      },
    });
    const forget = whenClosed(connection, end);
    signal.addEventListener('abort', end);
    await ended;
    forget();
    signal.removeEventListener('abort', end);
    if (!connection.isClosed()) subscription.unsubscribe();
    if (refused !== null) throw refused;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const connection = await this.#connection?.catch(() => null);
    await connection?.close();
  }

  async #live(): Promise<NatsConnection> {
    if (this.#isClosed) throw new Error('The connection to the broker was closed.');
    const connection = (this.#connection ??= this.#connect());
    try {
      const live = await connection;
      if (!live.isClosed()) return live;
    } catch (error) {
      if (this.#connection === connection) this.#connection = null;
      throw error;
    }
    if (this.#connection === connection) this.#connection = null;
    return this.#live();
  }

  /** Tries each server once. A user may be known to one already and to another one not yet. */
  async #connect(): Promise<NatsConnection> {
    const { servers } = this.access;
    let refused: Error | null = null;
    let last: Error | null = null;
    for (let at = 0; at < servers.length; at += 1) {
      const index = (this.#first + at) % servers.length;
      try {
        const connection = await connectTo(servers[index] ?? '', this.access);
        this.#first = index;
        if (this.#isClosed) await connection.close();
        return connection;
      } catch (error) {
        last = error instanceof Error ? error : new Error(String(error));
        if (error instanceof errors.AuthorizationError) refused = last;
      }
    }
    if (refused !== null) throw brokerRefused('No keeper knows the key of this user.', refused);
    throw new NotNow(messageOf(last), { cause: last });
  }
}

function connectTo(server: string, { ca, seed, identity }: BrokerAccess): Promise<NatsConnection> {
  const tls: TlsOptions & { checkServerIdentity: typeof isMember } = { ca, checkServerIdentity: isMember };
  return connect({
    servers: [server],
    // We connect anew ourselves.
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: 3000,
    pingInterval: 3000,
    maxPingOut: 2,
    noAsyncTraces: true,
    inboxPrefix: inboxOf(identity),
    tls,
    authenticator: seed.startsWith('SU')
      ? nkeyAuthenticator(new TextEncoder().encode(seed))
      : usernamePasswordAuthenticator('system', seed),
  });
}

/** Keepers are reached at addresses that change, so that a certificate of any member of the fleet will do. */
function isMember(_host: string, { subjectaltname = '' }: PeerCertificate): Error | undefined {
  const isOne = subjectaltname.split(', ').some((name) => /^DNS:[0-9a-f]{20}\.collab$/.test(name));
  return isOne ? undefined : new Error("it does not show a member's certificate");
}

const endings = new WeakMap<NatsConnection, Set<() => void>>();

/** Calls back when a connection has ended. An agent keeps one for months, so nothing may pile up on it. @returns what takes it back */
function whenClosed(connection: NatsConnection, act: () => void): () => void {
  let acts = endings.get(connection);
  if (acts === undefined) {
    const made = new Set<() => void>();
    acts = made;
    endings.set(connection, made);
    void connection.closed().then(() => made.forEach((one) => one()));
  }
  acts.add(act);
  return () => void acts.delete(act);
}

/** Resolves when it is woken, or after some time. */
async function silence(ms: number, arm: (wake: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    arm(resolve);
  });
  clearTimeout(timer);
}

function headersOf(values: Readonly<Record<string, string>> = {}): { headers?: MsgHdrs } {
  const entries = Object.entries(values);
  if (entries.length === 0) return {};
  const made = headers();
  for (const [key, value] of entries) made.set(key, value);
  return { headers: made };
}

const arrived = (message: Msg): Arrived => ({
  subject: message.subject,
  reply: message.reply ?? null,
  data: message.data,
  status: statusOf(message),
  text: message.headers?.description ?? '',
  header: (name) => (message.headers?.has(name) === true ? message.headers.get(name) : null),
});

/** Headers without a status have the code 0. */
function statusOf({ headers: values }: Msg): number | null {
  return values === undefined || values.code === 0 ? null : values.code;
}

function faultOfRequest(error: unknown, subject: string): Error {
  const cause = error instanceof errors.RequestError && error.cause ? error.cause : error;
  if (cause instanceof errors.PermissionViolationError)
    return brokerRefused('It is not allowed to this user.', cause);
  if (cause instanceof errors.NoRespondersError) return new NotNow('nobody is there to answer');
  if (cause instanceof errors.TimeoutError) return new NotNow(`no answer for ${subject.split('.')[0] ?? ''}`);
  if (
    cause instanceof errors.RequestError ||
    cause instanceof errors.ClosedConnectionError ||
    cause instanceof ConnectionError
  )
    return new NotNow('the connection was lost');
  return error instanceof Error ? error : new Error(String(error));
}
