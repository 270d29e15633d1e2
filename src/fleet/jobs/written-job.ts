import { basename, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { Inputs } from './job-inputs.js';
import { type JobDefinition, jobDefinition, maxTasks } from './record.js';
import { taskCount } from './tasks.js';

/** What a user says of a job, in job.yaml or by flags; what is left out has a default. */
export interface WrittenJob {
  name?: string | undefined;
  command?: readonly string[] | undefined;
  /** Name of a base image. */
  base?: string | undefined;
  /** Path of a requirements file in the folder. */
  requirements?: string | undefined;
  pool?: readonly string[] | undefined;
  tasks?: JobDefinition['tasks'] | undefined;
  attempts?: number | undefined;
  timeoutS?: number | undefined;
  weight?: number | undefined;
  /** What appears in the folder of a task beside its other files, and where it comes from. */
  inputs?: Inputs | undefined;
  notify?: string | undefined;
}

/** The definition travels in one message of the broker, and stays in one record. */
const maxBytes = 3_900_000;
const maxNameLength = 100;

/**
 * The job that a folder, its job.yaml (null if it has none), and flags mean. Flags win.
 * @throws CollabError `job-no-command`, `job-too-many-tasks`, `job-too-large`, `job-invalid`
 */
export function jobDefinitionOf(folder: string, file: WrittenJob | null, flags: WrittenJob): JobDefinition {
  const command = flags.command ?? file?.command ?? [];
  if (command.length === 0) throw noCommand();
  const parsed = jobDefinition.safeParse({
    name: flags.name ?? file?.name ?? basename(resolve(folder)).slice(0, maxNameLength),
    command,
    base: baseNamed(flags.base ?? file?.base),
    requirements: flags.requirements ?? file?.requirements,
    pool: flags.pool ?? file?.pool,
    tasks: flags.tasks ?? file?.tasks ?? { kind: 'count', count: 1 },
    attempts: flags.attempts ?? file?.attempts,
    timeout_s: flags.timeoutS ?? file?.timeoutS,
    weight: flags.weight ?? file?.weight,
    notify: flags.notify ?? file?.notify,
  });
  // Beyond its bound, a count is no fault of form to the user.
  if (!parsed.success) throw invalid(parsed.error.issues);
  checkDefinition(parsed.data);
  return parsed.data;
}

/** @throws CollabError `job-too-many-tasks`, `job-too-large` */
export function checkDefinition(definition: JobDefinition): void {
  const count = taskCount(definition);
  if (count > maxTasks) throw tooMany(count);
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > maxBytes) throw tooLarge(bytes);
}
const baseNamed = (name: string | undefined): JobDefinition['base'] =>
  name === undefined ? null : { name, refs: [] };

function noCommand(): CollabError {
  return new CollabError('job-no-command', {
    what: 'The job has no command.',
    next: 'Write it after two dashes, e.g. collab job submit <folder> -- sh ./run.sh, or as `command: [sh, ./run.sh]` into job.yaml in the folder.',
    exitCode: ExitCode.usage,
  });
}

function invalid(issues: readonly { path: readonly PropertyKey[]; message: string }[]): CollabError {
  return new CollabError('job-invalid', {
    what: 'The job cannot be submitted as it is.',
    why: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    next: 'Correct the flags; see collab job submit --help.',
    exitCode: ExitCode.usage,
  });
}

function tooMany(count: number): CollabError {
  return new CollabError('job-too-many-tasks', {
    what: `The job would have ${count} tasks, and at most ${maxTasks} are allowed.`,
    next: 'Submit it in several jobs, or let each task do more.',
    exitCode: ExitCode.usage,
  });
}

function tooLarge(bytes: number): CollabError {
  return new CollabError('job-too-large', {
    what: `The rows of the job take ${(bytes / 1e6).toFixed(1)} MB, and at most ${maxBytes / 1e6} MB are allowed.`,
    next: 'Put the values into a file of the folder, and let each task find its own by its number, {task}.',
    exitCode: ExitCode.usage,
  });
}
