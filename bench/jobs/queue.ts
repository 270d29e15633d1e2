import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import { Celery, type Durability } from './celery.js';
import { inHand, OwnQueue } from './own-queue.js';

const workers = 3;
const dispatches = 30;

/** The queue alone, with tasks that do nothing, beside Celery. */
export async function queueAlone({ repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { queued = 5000 } = sizes;
  await using own = await OwnQueue.start(workers);
  await using equal = await Celery.start('equal', workers);
  await using usual = await Celery.start('usual', workers);
  const taken = await inTurn(repeats, {
    collab: () => own.rate(queued),
    equal: () => equal.rate('nothing', queued),
    usual: () => usual.rate('nothing', queued),
  });
  const dispatchMs: number[] = [];
  for (let at = 0; at < dispatches; at += 1) dispatchMs.push(await own.dispatchMs());
  const note = `From the submission until all results are back, with ${workers} workers that have ${inHand} tasks each in hand. collab: one nats-server with an fsync of each message, which is two for each task; its leader and its workers are in one process of Node. Celery: a process for each worker.`;
  const against = (durability: Durability, peer: string): Measurement => ({
    what: `queue alone, ${queued} tasks that do nothing`,
    unit: 'tasks/s',
    ours: taken.collab,
    peer: { name: peer, values: taken[durability] },
    ...(durability === 'equal' && { target: { of: 'ratio', atLeast: 1 } }),
    note,
  });
  return [
    against('equal', 'Celery, acks_late, Redis with appendfsync always'),
    against('usual', 'Celery and Redis with their defaults'),
    {
      what: 'dispatch to a worker that waits, p50',
      unit: 'ms',
      ours: dispatchMs,
      target: { of: 'value', atMost: 20 },
      note: `From the submission of a job until a worker has its task: two messages with an fsync each. ${dispatches} jobs.`,
    },
  ];
}
