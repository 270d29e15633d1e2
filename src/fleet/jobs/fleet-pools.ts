import type { AskOptions, LeaderAsked } from './ask-leader.js';
import { badAnswer, unknownPool } from './errors.js';
import type { Pool } from './pool.js';
import type { JobsQuestion, PoolStatus } from './questions.js';

/** The kept pools of a fleet, as its leader answers about them. */
export class FleetPools {
  constructor(private readonly leader: LeaderAsked) {}

  /** By name, with the workers that are in them now. */
  list(options?: AskOptions): Promise<PoolStatus[]> {
    return this.#ask({ kind: 'pools' }, 'The pools were not listed.', options);
  }

  /** @throws CollabError `pool-unknown` */
  async show(name: string, options?: AskOptions): Promise<PoolStatus> {
    const pools = await this.list(options);
    const found = pools.find((one) => one.name === name);
    if (found === undefined) {
      const known = pools.map((one) => one.name);
      throw unknownPool(name, known);
    }
    return found;
  }

  /** Keeps a pool, in place of one of the same name. Admins only. @throws JobRefused */
  set(pool: Pool, options?: AskOptions): Promise<PoolStatus> {
    return this.#one({ kind: 'set-pool', pool }, `The pool ${pool.name} was not set.`, options);
  }

  /** Admins only. @throws JobRefused; while jobs use it too */
  remove(name: string, options?: AskOptions): Promise<PoolStatus> {
    return this.#one({ kind: 'remove-pool', name }, `The pool ${name} was not removed.`, options);
  }

  async #one(asked: JobsQuestion, what: string, options?: AskOptions): Promise<PoolStatus> {
    const [changed] = await this.#ask(asked, what, options);
    if (changed === undefined) throw badAnswer(`no pool is in the answer to ${asked.kind}`);
    return changed;
  }

  async #ask(asked: JobsQuestion, what: string, options?: AskOptions): Promise<PoolStatus[]> {
    const answers = await this.leader.all(asked, what, options);
    return answers.flatMap((one) => (one.kind === 'pools' ? one.pools : []));
  }
}
