import {
  type Broker,
  type BrokerAdmin,
  BrokerConflict,
  type BrokerMessage,
  jobStream,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import { Refused } from '../answers.js';

interface Kept<T> {
  value: T;
  sequence: number;
}

/** A kind of records that the fleet keeps under names. */
export interface KeptKind<T> {
  /** For people: `pool`. */
  what: string;
  subjectOf: (name: string) => string;
  /** @throws Error */
  parse: (value: unknown) => T;
}

const tries = 5;

/** Records of one kind, in the stream JOBS, each of which is replaced by compare-and-set. */
export class KeptRecords<T extends object> {
  readonly #kept = new Map<string, Kept<T>>();
  /** The last sequence of those that were removed: a replica that lags may still have them. */
  readonly #removed = new Map<string, number>();

  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'last' | 'scan'> & Pick<BrokerAdmin, 'purge'>,
    private readonly context: Pick<AgentContext, 'signal' | 'log'>,
    private readonly kind: KeptKind<T>,
  ) {}

  /** By name. */
  get all(): readonly T[] {
    return [...this.#kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value);
  }

  has(name: string): boolean {
    return this.#kept.has(name);
  }

  async load(): Promise<void> {
    const { subjectOf } = this.kind;
    for await (const message of this.broker.scan(jobStream, subjectOf('*'), this.context.signal))
      this.#see(message);
  }

  /** Keeps a record, in place of one of the same name. @throws Refused if others change it at the same time */
  async set(name: string, value: T): Promise<void> {
    const { signal } = this.context;
    const { what, subjectOf } = this.kind;
    const subject = subjectOf(name);
    const data = Buffer.from(JSON.stringify({ format: 1, ...value }));
    for (let count = 0; count < tries; count += 1) {
      try {
        const expectLast = this.#kept.get(name)?.sequence ?? 0;
        const sequence = await this.broker.publish(subject, data, { expectLast, signal });
        this.#kept.set(name, { value, sequence });
        return;
      } catch (error) {
        if (!(error instanceof BrokerConflict)) throw error;
        const message = await this.broker.last(jobStream, subject, signal);
        if (message === null) this.#kept.delete(name);
        else this.#see(message);
      }
    }
    throw new Refused('job-busy', `the ${what} ${name} is being changed by others: try again`);
  }

  /** @returns what it was; null for one that is not there */
  async remove(name: string): Promise<T | null> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return null;
    await this.broker.purge(jobStream, this.kind.subjectOf(name), kept.sequence + 1);
    this.#removed.set(name, kept.sequence);
    this.#kept.delete(name);
    return kept.value;
  }

  #see({ subject, data, sequence }: BrokerMessage): void {
    const name = subject.split('.').at(-1) ?? '';
    const known = this.#kept.get(name)?.sequence ?? this.#removed.get(name) ?? 0;
    if (sequence <= known) return;
    try {
      const value = this.kind.parse(JSON.parse(Buffer.from(data).toString()));
      this.#kept.set(name, { value, sequence });
    } catch {
      this.context.log(`the ${this.kind.what} ${name} cannot be read: it is left alone`);
    }
  }
}
