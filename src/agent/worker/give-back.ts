import {
  type Assignment,
  type Broker,
  BrokerConflict,
  type TaskRecord,
  taskSubject,
} from '../../fleet/index.js';
import { insist, type Insistence } from './insist.js';

/** Such a record is written again for so long: later, the leader gives the attempt anew, or counts it as lost. */
const patienceMs = 30_000;

/**
 * Writes that nothing of an attempt has run: its record ends without an end of its own, so that the task is queued again and no
 * attempt is counted. If the record is not this attempt's any more, there is nothing to give back.
 */
export async function giveBack(
  { job, task, attempt, assigned_at, sequence, restarts, ends }: Assignment,
  { member, broker }: { member: string; broker: Pick<Broker, 'publish'> },
  context: Omit<Insistence, 'forMs' | 'isFinal'>,
): Promise<void> {
  const record: TaskRecord = {
    format: 1,
    job,
    task,
    state: 'ended',
    attempt,
    member,
    assigned_at,
    restarts,
    ends,
  };
  const data = Buffer.from(JSON.stringify(record));
  const { signal } = context;
  const write = () => broker.publish(taskSubject(job, task), data, { expectLast: sequence, signal });
  const isFinal = (error: unknown) => error instanceof BrokerConflict;
  await insist(write, { ...context, forMs: patienceMs, isFinal }).catch((error: unknown) => {
    if (!isFinal(error)) throw error;
  });
}
