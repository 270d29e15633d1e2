import {
  batchesFault,
  type JobDefinition,
  type JobLimits,
  type JobRecord,
  maxRecordBytes,
  maxTasks,
  taskCount,
} from '../../fleet/index.js';
import { Refused } from '../answers.js';

/** The command of one task, with its parameters. */
const maxTaskBytes = 200_000;

/** @throws Refused if a job is larger than the fleet can take */
export function checkSize(record: JobRecord): void {
  const { definition } = record;
  const tasks = taskCount(definition);
  const fault = definition.tasks.kind === 'batches' ? batchesFault(definition.tasks) : null;
  if (fault !== null) throw new Refused('job-bad-batches', fault);
  if ((definition.tasks.kind === 'batches') !== (definition.model !== null))
    throw new Refused('job-bad-batches', 'a job has both a model and batches of images, or none of them');
  if (!(tasks <= maxTasks))
    throw new Refused('job-too-many-tasks', `the job has ${tasks} tasks, and ${maxTasks} are allowed`);
  const bytes = bytesOf(record);
  if (bytes >= maxRecordBytes)
    throw new Refused(
      'job-too-large',
      `the job takes ${bytes} bytes, and less than ${maxRecordBytes} are allowed: submit several jobs, or put the parameters into a file that the tasks read`,
    );
  const largest = taskBytes(definition);
  if (largest > maxTaskBytes)
    throw new Refused(
      'job-too-large',
      `the command of one task may take ${largest} bytes, and ${maxTaskBytes} are allowed: put what is long into a file that the task reads`,
    );
}

/**
 * @param open tasks of the job's owner that are queued or run
 * @param more that would be queued
 * @throws Refused if they were too many for one user
 */
export function checkUser(
  open: number,
  more: number,
  { owner }: JobRecord,
  { tasks_per_user: most }: JobLimits,
): void {
  if (open + more <= most) return;
  throw new Refused(
    'job-user-limit',
    `${owner} has ${open} tasks queued or running, and with ${more} more it would be above the limit of ${most} for a user of this fleet`,
  );
}

/** At most: each name in the command may stand for the longest parameters. */
function taskBytes({ command, tasks }: JobDefinition): number {
  if (tasks.kind === 'count' || tasks.kind === 'batches') return bytesOf(command);
  const longest =
    tasks.kind === 'each'
      ? tasks.rows.reduce((most, row) => Math.max(most, bytesOf(row)), bytesOf(tasks.columns))
      : Object.values(tasks.values).reduce(
          (sum, values) => sum + values.reduce<number>((most, one) => Math.max(most, bytesOf(one)), 0),
          0,
        );
  const names = command.join(' ').split('{').length;
  return bytesOf(command) + longest * names;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
