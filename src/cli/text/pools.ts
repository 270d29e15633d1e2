import type { PoolStatus } from '../../index.js';
import { table } from './table.js';

export function poolsText(pools: readonly PoolStatus[]): string {
  if (pools.length === 0) return 'There are no pools. Keep one: collab pool set <name> --tag <tag>';
  return table(
    ['POOL', 'WORKERS', 'ASKS FOR'],
    pools.map((one) => [one.name, one.workers.length, askedText(one)]),
  );
}

/** A pool, and which workers are in it now. */
export function poolText(pool: PoolStatus, nameOf: (member: string) => string): string {
  const workers = pool.workers.map(nameOf).sort();
  const who = workers.length === 0 ? 'no worker is in it now' : `now ${workers.join(', ')}`;
  return `${pool.name}: ${askedText(pool)}\n  ${who}`;
}

function askedText({ tags, members, architecture, cores, gpu }: PoolStatus): string {
  const asked: string[] = [];
  if (tags.length > 0) asked.push(`${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`);
  if (members.length > 0) asked.push(members.join(' or '));
  if (architecture !== null) asked.push(architecture);
  if (cores !== null) asked.push(`at least ${cores} ${cores === 1 ? 'core' : 'cores'}`);
  if (gpu) asked.push('a GPU');
  return asked.length === 0 ? 'all members' : asked.join('; ');
}
