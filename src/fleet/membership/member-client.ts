import type { IncomingMessage } from 'node:http';
import { CollabError, messageOf, plainText } from '../../errors.js';
import { type Clock, systemClock } from '../../events.js';
import {
  callMember,
  isCertificateFault,
  type KeptConnections,
  type MemberPlace,
  SilenceError,
  textOf,
} from './member-call.js';
import {
  memberAnswer,
  memberLabel,
  memberNotTrusted,
  memberPlain,
  memberRefused,
  memberUnreachable,
} from './member-errors.js';
import { MemberView } from './member-view.js';
import {
  type ParseAnswer,
  parseFault,
  parseJoined,
  parseLeft,
  parseMember,
  parseMemberInfo,
  parseMemberList,
} from './member-wire.js';
import type { MemberInfo, MemberList, Membership } from './membership.js';
import { readEvents } from './sse.js';

export interface MemberClientOptions {
  /** `ip:port` of the member's HTTP API. */
  address: string;
  /** For messages, e.g. `nano1`. */
  name?: string | null;
  /** Certificate of the fleet's authority, PEM. Null: plain HTTP, to members of this machine only. */
  ca: string | null;
  /** Name that its certificate must have, `<id>.collab`, so that another address does not matter; null: its address. */
  servername: string | null;
  token: string | null;
  /** Connections that stay open between calls; without, each call makes a new one. */
  kept?: KeptConnections | undefined;
  /** Ends every call when it aborts. */
  signal?: AbortSignal;
  /** For a whole call; a join, for which the member asks others, may take longer. Default 5 s. */
  timeoutMs?: number;
  watch?: WatchOptions;
}

export interface WatchOptions {
  /** Pause before each new connection. Default 1 s. */
  pauseMs?: number;
  /** How long a connection may stay lost before `watch` gives up. Default: for ever. */
  giveUpMs?: number;
  /** Longest silence of a connection; a member sends a comment every 15 s. Default 40 s. */
  silenceMs?: number;
  clock?: Clock;
  /** A monotonic clock. */
  nowMs?: () => number;
}

const joinTimeoutMs = 30_000;
const mostBytes = 16 << 20;

/** The HTTP API of one member. */
export class MemberClient implements Membership {
  readonly address: string;
  readonly #label: string;
  readonly #place: MemberPlace;
  readonly #options: MemberClientOptions;

  /** @throws CollabError `member-plain` for plain HTTP to another machine */
  constructor(options: MemberClientOptions) {
    const { address, name = null, ca, servername, token, kept } = options;
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    this.address = address;
    this.#label = memberLabel(name, address);
    this.#place = { host, port: Number(address.slice(colon + 1)), ca, servername, token, kept };
    this.#options = options;
    if (ca === null && !/^127\.|^::1$/.test(host)) throw memberPlain(this.#label);
  }

  /** The same member, for calls that end when the signal aborts. */
  until(signal: AbortSignal): MemberClient {
    const both = this.#options.signal ? AbortSignal.any([this.#options.signal, signal]) : signal;
    return new MemberClient({ ...this.#options, signal: both });
  }

  members(): Promise<MemberList> {
    return this.#ask('GET', '/members', parseMemberList);
  }

  info(): Promise<MemberInfo> {
    return this.#ask('GET', '/info', parseMemberInfo);
  }

  join(address: string | null): Promise<number> {
    return this.#ask('POST', '/join', parseJoined, address === null ? {} : { address });
  }

  async leave(): Promise<void> {
    await this.#ask('POST', '/leave', parseLeft, {});
  }

  /**
   * As the contract says. The first connection must succeed. One that is lost later is made again after a pause, until
   * `giveUpMs` has passed; meanwhile there are no snapshots, because nothing is known. After it, there is one with the whole
   * list. A member that refuses, or whose certificate does not fit, is not asked again.
   * @throws CollabError `member-unreachable` (at once, or after `giveUpMs`), `member-refused`, `member-not-trusted`, `member-answer`
   */
  async *watch(signal: AbortSignal): AsyncGenerator<MemberList> {
    const { pauseMs = 1000, giveUpMs = Infinity, clock = systemClock } = this.#options.watch ?? {};
    const nowMs = this.#options.watch?.nowMs ?? (() => performance.now());
    const ended = this.#options.signal ? AbortSignal.any([this.#options.signal, signal]) : signal;
    let lostMs: number | null = null;
    let connectedOnce = false;
    while (!ended.aborted) {
      try {
        for await (const snapshot of this.#snapshots(ended, nowMs)) {
          [connectedOnce, lostMs] = [true, null];
          yield snapshot;
          if (isOver(ended)) return;
        }
      } catch (error) {
        if (isOver(ended)) return;
        const fault = this.#faultOf(error);
        if (!connectedOnce || fault.name !== 'member-unreachable') throw fault;
        if (lostMs !== null && nowMs() - lostMs >= giveUpMs) throw fault;
      }
      lostMs ??= nowMs();
      await clock.sleep(pauseMs, ended);
    }
  }

  /** What one connection tells. Ends when the member closes it. */
  async *#snapshots(signal: AbortSignal, nowMs: () => number): AsyncGenerator<MemberList> {
    const { silenceMs = 40_000 } = this.#options.watch ?? {};
    const answer = await callMember(this.#place, { method: 'GET', path: '/events', silenceMs, signal });
    try {
      if (answer.statusCode !== 200) throw await this.#refusal(answer);
      let view: MemberView | null = null;
      for await (const { event, data } of readEvents(answer as AsyncIterable<Buffer>)) {
        if (event === 'members') {
          const list = this.#parse(data, parseMemberList);
          if (view === null) view = new MemberView(list, nowMs);
          else view.replace(list);
        } else if (event === 'member' && view !== null) view.change(this.#parse(data, parseMember));
        else continue; // a kind of event that a newer member has
        yield view.snapshot();
      }
    } finally {
      answer.destroy();
    }
  }

  async #ask<Answer>(
    method: 'GET' | 'POST',
    path: string,
    parse: ParseAnswer<Answer>,
    body?: unknown,
  ): Promise<Answer> {
    const timeoutMs = path === '/join' ? joinTimeoutMs : (this.#options.timeoutMs ?? 5000);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = this.#options.signal ? AbortSignal.any([this.#options.signal, timeout]) : timeout;
    try {
      const answer = await callMember(this.#place, { method, path, body, silenceMs: timeoutMs, signal });
      if (answer.statusCode !== 200) throw await this.#refusal(answer);
      return this.#parse(await textOf(answer, mostBytes), parse);
    } catch (error) {
      throw this.#faultOf(
        timeout.aborted && !(error instanceof CollabError)
          ? new SilenceError(`no answer within ${timeoutMs / 1000} s`)
          : error,
      );
    }
  }

  #parse<Answer>(text: string, parse: ParseAnswer<Answer>): Answer {
    try {
      return parse(JSON.parse(text));
    } catch (error) {
      throw memberAnswer(this.#label, plainText(messageOf(error)));
    }
  }

  async #refusal(answer: IncomingMessage): Promise<CollabError> {
    const status = answer.statusCode ?? 0;
    let said: ReturnType<typeof parseFault> = null;
    try {
      said = parseFault(JSON.parse(await textOf(answer, 100_000)));
    } catch {
      // What it says is not needed.
    }
    if (status === 401 || status === 403) return memberRefused(this.#label, status, said);
    return memberAnswer(this.#label, `HTTP ${status}${said === null ? '' : `: ${said.what}`}`, said?.next);
  }

  #faultOf(error: unknown): CollabError {
    if (error instanceof CollabError) return error;
    if (isCertificateFault(error)) return memberNotTrusted(this.#label, error);
    return memberUnreachable(this.#label, plainText(messageOf(error)), error);
  }
}

/** Asked by a function, because a signal that aborts meanwhile surprises the compiler. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;
