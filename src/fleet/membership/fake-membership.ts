import { byName } from './member-view.js';
import type { Member, MemberInfo, MemberList, Membership, MemberState } from './membership.js';

/** A member for unit tests, without a network: tests change what it sees. */
export class FakeMembership implements Membership {
  readonly address = '127.0.0.1:7947';
  /** When set, every call fails with it. */
  fault: Error | null = null;
  /** Addresses of which `join` was asked. */
  readonly joins: (string | null)[] = [];
  #members: readonly Member[];
  #phase: MemberInfo['phase'] = 'joined';
  readonly #watchers = new Set<() => void>();

  /** @param others the members beside itself */
  constructor(
    readonly self: Member = fakeMember({}),
    others: readonly Member[] = [],
    private readonly fleet: string | null = 'lab',
  ) {
    this.#members = [self, ...others].sort(byName);
  }

  until(): this {
    return this;
  }

  /** What the member sees from now on of another one, or of itself. */
  see(member: Member): void {
    this.#members = [...this.#members.filter(({ id }) => id !== member.id), member].sort(byName);
    for (const tell of this.#watchers) tell();
  }

  members(): Promise<MemberList> {
    return this.#answer(() => this.#list());
  }

  info(): Promise<MemberInfo> {
    return this.#answer(() => {
      const count = (state: MemberState) => this.#members.filter((member) => member.state === state).length;
      return {
        self: this.#own(),
        phase: this.#phase,
        refused: null,
        protocol: 1,
        fleet: this.fleet,
        accessVersion: 1,
        gossipKeys: [],
        uptimeS: 1,
        counts: {
          alive: count('alive'),
          suspect: count('suspect'),
          failed: count('failed'),
          left: count('left'),
        },
        load: {
          load1: 0,
          cpuPercent: null,
          memoryAvailableBytes: 1 << 30,
          memoryTotalBytes: 2 << 30,
          temperatureC: null,
          powerW: null,
        },
        lease: null,
        setup: '',
        settings: { ping_every_ms: 1000 },
        traffic: {
          udpSentBytes: 0,
          udpSentPackets: 0,
          udpReceivedBytes: 0,
          udpReceivedPackets: 0,
          tcpSentBytes: 0,
          tcpReceivedBytes: 0,
        },
        memoryRssBytes: 8 << 20,
      };
    });
  }

  async *watch(signal: AbortSignal): AsyncGenerator<MemberList> {
    if (this.fault !== null) throw this.fault;
    const waiting: MemberList[] = [this.#list()];
    let wake: () => void = () => undefined;
    const tell = () => {
      waiting.push(this.#list());
      wake();
    };
    const end = () => wake();
    this.#watchers.add(tell);
    signal.addEventListener('abort', end);
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(tell);
      signal.removeEventListener('abort', end);
    }
  }

  join(address: string | null): Promise<number> {
    return this.#answer(() => {
      this.joins.push(address);
      this.#phase = 'joined';
      this.see({ ...this.#own(), state: 'alive', stateS: 0 });
      return this.#members.filter(({ id, state }) => id !== this.self.id && state === 'alive').length;
    });
  }

  leave(): Promise<void> {
    return this.#answer(() => {
      this.#phase = 'left';
      this.see({ ...this.#own(), state: 'left', stateS: 0 });
    });
  }

  #own(): Member {
    return this.#members.find(({ id }) => id === this.self.id) ?? this.self;
  }

  #list(): MemberList {
    return { self: this.self.id, fleet: this.fleet, members: this.#members };
  }

  #answer<Answer>(answer: () => Answer): Promise<Answer> {
    return this.fault === null ? Promise.resolve(answer()) : Promise.reject(this.fault);
  }
}

/** A member with all that tests do not care about. */
export function fakeMember(change: Partial<Member>): Member {
  return {
    id: '0123456789abcdef0123',
    name: 'nano1',
    state: 'alive',
    stateS: 60,
    heardS: 0.5,
    address: '127.0.0.1:7946',
    httpPort: 7947,
    tags: [],
    architecture: 'arm64',
    cores: 4,
    memoryBytes: 4 << 30,
    accelerator: null,
    version: '0.1.0',
    keeper: false,
    brokerPort: null,
    ...change,
  };
}
