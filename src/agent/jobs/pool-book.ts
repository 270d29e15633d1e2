import {
  type Broker,
  BrokerConflict,
  type BrokerAdmin,
  type BrokerMessage,
  jobStream,
  type Pool,
  poolRecord,
  poolSubject,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import { Refused } from '../answers.js';

interface Kept {
  pool: Pool;
  sequence: number;
}

const tries = 5;

/** The kept pools of the fleet, and their records. */
export class PoolBook {
  readonly #pools = new Map<string, Kept>();
  /** The last sequence of those that were removed: a replica that lags may still have them. */
  readonly #removed = new Map<string, number>();

  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'last' | 'scan'> & Pick<BrokerAdmin, 'purge'>,
    private readonly context: Pick<AgentContext, 'signal' | 'log'>,
  ) {}

  /** By name. */
  get all(): readonly Pool[] {
    return [...this.#pools.values()].map(({ pool }) => pool).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#pools.has(name);
  }

  async load(): Promise<void> {
    for await (const message of this.broker.scan(jobStream, poolSubject('*'), this.context.signal))
      this.#see(message);
  }

  /** Keeps a pool, in place of one of the same name. @throws Refused if others change it at the same time */
  async set(pool: Pool): Promise<void> {
    const { signal } = this.context;
    const data = Buffer.from(JSON.stringify({ format: 1, ...pool }));
    for (let count = 0; count < tries; count += 1) {
      try {
        const expectLast = this.#pools.get(pool.name)?.sequence ?? 0;
        const sequence = await this.broker.publish(poolSubject(pool.name), data, { expectLast, signal });
        this.#pools.set(pool.name, { pool, sequence });
        return;
      } catch (error) {
        if (!(error instanceof BrokerConflict)) throw error;
        const message = await this.broker.last(jobStream, poolSubject(pool.name), signal);
        if (message === null) this.#pools.delete(pool.name);
        else this.#see(message);
      }
    }
    throw new Refused('job-busy', `the pool ${pool.name} is being changed by others: try again`);
  }

  /** @throws Refused for one that is not there */
  async remove(name: string): Promise<Pool> {
    const kept = this.#pools.get(name);
    if (kept === undefined) throw new Refused('pool-unknown', `there is no pool ${name}`);
    await this.broker.purge(jobStream, poolSubject(name), kept.sequence + 1);
    this.#removed.set(name, kept.sequence);
    this.#pools.delete(name);
    return kept.pool;
  }

  #see({ subject, data, sequence }: BrokerMessage): void {
    const name = subject.split('.').at(-1) ?? '';
    const known = this.#pools.get(name)?.sequence ?? this.#removed.get(name) ?? 0;
    if (sequence <= known) return;
    try {
      const pool = poolRecord.parse(JSON.parse(Buffer.from(data).toString()));
      this.#pools.set(name, { pool, sequence });
    } catch {
      this.context.log(`the pool ${name} cannot be read: it is left alone`);
    }
  }
}
