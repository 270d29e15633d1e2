import {
  type JobDefinition,
  type JobLimits,
  type JobRecord,
  type JobStatus,
  taskCount,
} from '../../fleet/index.js';
import { type Asker, Refused } from '../answers.js';
import type { JobBook } from './job-book.js';
import { checkSize, checkUser } from './job-limits.js';
import { checkService } from './services.js';

/** How often a change is tried while others write the same job. */
const tries = 5;

/** @returns how many tasks were queued */
export async function submit(
  book: JobBook,
  { name: owner }: Asker,
  { id, definition, mqtt }: { id: string; definition: JobDefinition; mqtt?: string | undefined },
  limits: JobLimits,
): Promise<number> {
  const record: JobRecord = {
    format: 1,
    id,
    owner,
    submitted_at: book.now(),
    definition,
    folder: `jobs/${id}`,
    cancelled_at: null,
    retries: 0,
    ended_at: null,
    counts: null,
    notice: null,
    removed_at: null,
    mqtt: mqtt === undefined ? null : { id: mqtt, told: null },
  };
  checkSize(record);
  if (!book.state.has(id)) checkUser(book.state.openOf(owner), taskCount(definition), record, limits);
  const write = () => book.writeJob(record, 0);
  const isNew =
    !book.state.has(id) &&
    (await (definition.service === null
      ? write()
      : // Of two with one name, the second one is to see the first.
        book.alone(() => {
          checkService(book, record);
          return write();
        })));
  // Asked a second time because the answer was lost, it is the same job.
  if (!isNew && !isSame(await book.readJob(id), record))
    throw new Refused('job-exists', `there is a job ${id} already: submit it under another id`);
  return isNew ? (book.state.live(id)?.total ?? 0) : 0;
}

/** @returns how many tasks do not run any more, or are being stopped */
export function cancel(book: JobBook, asker: Asker, id: string): Promise<number> {
  return change(book, asker, id, ({ record, status }) => {
    if (record.ended_at !== null) throw new Refused('job-ended', `the job ${id} has ended`);
    if (record.cancelled_at !== null) return null;
    const { queued, running } = status.counts;
    return { record: { ...record, cancelled_at: book.now() }, tasks: queued + running };
  });
}

/** Gives the failed tasks of a job new attempts. @returns how many */
export function retry(book: JobBook, asker: Asker, id: string, limits: JobLimits): Promise<number> {
  return change(book, asker, id, ({ record, status }) => {
    const { failed } = status.counts;
    if (record.cancelled_at !== null)
      throw new Refused('job-cancelled', `the job ${id} was cancelled: submit it again`);
    if (failed === 0) throw new Refused('job-not-failed', `no task of the job ${id} has failed`);
    checkUser(book.state.openOf(record.owner), failed, record, limits);
    const retries = record.retries + 1;
    return { record: { ...record, retries, ended_at: null, counts: null, notice: null }, tasks: failed };
  });
}

/** Lets nobody see a job any more that has ended. What is left of it is removed afterwards. */
export async function remove(book: JobBook, asker: Asker, id: string): Promise<void> {
  await change(book, asker, id, ({ record }) => {
    if (record.ended_at === null)
      throw new Refused('job-not-ended', `the job ${id} has not ended: cancel it first`);
    return { record: { ...record, removed_at: book.now() }, tasks: 0 };
  });
}

type Change = (job: { record: JobRecord; status: JobStatus }) => { record: JobRecord; tasks: number } | null;

function change(book: JobBook, { name, isAdmin }: Asker, id: string, make: Change): Promise<number> {
  return book.alone(async () => {
    for (let count = 0; count < tries; count += 1) {
      const found = knownJob(book, id);
      if (found.owner !== name && !isAdmin)
        throw new Refused(
          'job-not-yours',
          `the job ${id} is of ${found.owner}: only they and admins may do this`,
        );
      // A job that has ended is not kept whole.
      const record = book.state.live(id)?.record ?? (await book.readJob(id));
      const status = knownJob(book, id);
      if (record === null) break;
      const changed = make({ record, status });
      if (changed === null) return 0;
      if (await book.writeJob(changed.record, book.state.sequenceOf(id))) return changed.tasks;
    }
    throw new Refused('job-busy', `the job ${id} is being changed by others: try again`);
  });
}

/** @throws Refused */
export function knownJob(book: JobBook, id: string): JobStatus {
  const status = book.state.statusOf(id);
  if (status === null) throw new Refused('job-unknown', `there is no job ${id}`);
  return status;
}

const isSame = (known: JobRecord | null, { owner, definition }: JobRecord): boolean =>
  known?.owner === owner && JSON.stringify(known.definition) === JSON.stringify(definition);
