import {
  type JobsAnswer,
  type JobsQuestion,
  isInPool,
  type Pool,
  type PoolCandidate,
} from '../../fleet/index.js';
import { type Asker, Refused } from '../answers.js';
import type { JobBook } from './job-book.js';
import type { Pools } from './fleet-records.js';

type PoolQuestion = Extract<JobsQuestion, { kind: 'pools' | 'set-pool' | 'remove-pool' }>;

const shownAtMost = 5;

/** All users see the pools of the fleet; admins change them. */
export async function answerPools(
  { pools, book }: { pools: Pools; book: JobBook },
  { isAdmin }: Asker,
  question: PoolQuestion,
  workers: readonly PoolCandidate[],
): Promise<JobsAnswer> {
  if (question.kind === 'pools') return answerOf(pools.all, workers);
  if (!isAdmin) throw new Refused('pool-admins-only', 'only admins of the fleet may change its pools');
  if (question.kind === 'set-pool') {
    await pools.set(question.pool.name, question.pool);
    return answerOf([question.pool], workers);
  }
  const { name } = question;
  const users = [...book.state.allLive]
    .filter(({ record }) => record.definition.pool.includes(name))
    .map(({ record }) => record.id);
  if (pools.has(name) && users.length > 0) {
    const shown = users.slice(0, shownAtMost).join(', ');
    const more = users.length - shownAtMost;
    throw new Refused(
      'pool-in-use',
      `jobs that have not ended use the pool ${name}: ${shown}${more > 0 ? ` and ${more} more` : ''}`,
    );
  }
  const removed = await pools.remove(name);
  if (removed === null) throw new Refused('pool-unknown', `there is no pool ${name}`);
  return answerOf([removed], workers);
}

const answerOf = (pools: readonly Pool[], workers: readonly PoolCandidate[]): JobsAnswer => ({
  kind: 'pools',
  pools: pools.map((pool) => ({
    ...pool,
    workers: workers.filter((one) => isInPool(pool, one)).map(({ member }) => member),
  })),
});
