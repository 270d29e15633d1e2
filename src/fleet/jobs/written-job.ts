import { basename, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { Inputs } from './job-inputs.js';
import { type JobDefinition, jobDefinition, maxTasks } from './record.js';
import { serviceNameFault } from './service.js';
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
  /** Makes it a service. */
  service?: { port?: number | undefined; replicas?: number | undefined } | undefined;
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
  checkEndless(flags, file);
  const parsed = jobDefinition.safeParse({
    name: flags.name ?? file?.name ?? basename(resolve(folder)).slice(0, maxNameLength),
    command,
    base: baseNamed(flags.base ?? file?.base),
    requirements: flags.requirements ?? file?.requirements,
    pool: flags.pool ?? file?.pool,
    tasks: replicasOf(flags, file) ?? flags.tasks ?? file?.tasks ?? { kind: 'count', count: 1 },
    attempts: flags.attempts ?? file?.attempts,
    timeout_s: flags.timeoutS ?? file?.timeoutS,
    weight: flags.weight ?? file?.weight,
    notify: flags.notify ?? file?.notify,
    service: serviceOf(flags, file),
  });
  // Beyond its bound, a count is no fault of form to the user.
  if (!parsed.success) throw invalid(parsed.error.issues);
  checkDefinition(parsed.data);
  const { service, name } = parsed.data;
  const fault = service === null ? null : serviceNameFault(name);
  if (fault !== null) throw badName(name, fault);
  return parsed.data;
}

/** @throws CollabError `job-too-many-tasks`, `job-too-large` */
export function checkDefinition(definition: JobDefinition): void {
  const count = taskCount(definition);
  if (count > maxTasks) throw tooMany(count);
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > maxBytes) throw tooLarge(bytes);
}

function serviceOf(flags: WrittenJob, file: WrittenJob | null): { port: number } | null {
  if (flags.service === undefined && file?.service === undefined) return null;
  const port = flags.service?.port ?? file?.service?.port;
  if (port === undefined) throw noPort();
  return { port };
}

function replicasOf(flags: WrittenJob, file: WrittenJob | null): JobDefinition['tasks'] | undefined {
  if (flags.service === undefined && file?.service === undefined) return undefined;
  return { kind: 'count', count: flags.service?.replicas ?? file?.service?.replicas ?? 1 };
}

/** @throws CollabError `service-ends` if a service is given what only a job has that ends */
function checkEndless(flags: WrittenJob, file: WrittenJob | null): void {
  if (flags.service === undefined && file?.service === undefined) return;
  const one: WrittenJob = file ?? {};
  const given = [
    ...((flags.tasks ?? one.tasks) ? ['count, each, or set'] : []),
    ...((flags.attempts ?? one.attempts) ? ['attempts'] : []),
    ...((flags.timeoutS ?? one.timeoutS) ? ['timeout'] : []),
  ];
  if (given.length > 0) throw endless(given);
}

const baseNamed = (name: string | undefined): JobDefinition['base'] =>
  name === undefined ? null : { name, refs: [] };

function noPort(): CollabError {
  return new CollabError('service-no-port', {
    what: 'The service has no port.',
    next: 'Give --port 8080: each member takes connections for it there.',
    exitCode: ExitCode.usage,
  });
}

function badName(name: string, why: string): CollabError {
  return new CollabError('service-bad-name', {
    what: `A service cannot be called ${JSON.stringify(name)}.`,
    why: `Other tasks find it by its name: ${why}.`,
    next: 'Give it another name: --name app',
    exitCode: ExitCode.usage,
  });
}

function endless(given: readonly string[]): CollabError {
  return new CollabError('service-ends', {
    what: `A service has no ${given.join(', ')}.`,
    why: 'It runs until it is cancelled, and what ends of it is started again.',
    next: 'Leave them out. For tasks that end: collab job submit',
    exitCode: ExitCode.usage,
  });
}

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
