import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import {
  checkYaml,
  durationSchema,
  type Fault,
  formatFault,
  parseDurationS,
  type PathFault,
} from '../../workspace/index.js';
import { defaultBase } from './base.js';
import type { JobSource } from './job-source.js';
import { nameFault, tasksOfText } from './parameters.js';
import { maxReplicas, servicePort } from './service.js';
import { defaultAttempts, type JobDefinition, maxTasks, notifyUrl } from './record.js';
import type { WrittenJob } from './written-job.js';

const fileName = 'job.yaml';
/** A larger job.yaml is refused without being parsed. */
const maxFileBytes = 1_000_000;
const word = z.string('must be text; put a number or true/false in quotes');
const commandForm = 'must be a list such as [sh, ./run.sh]';
const valuesForm = 'must be a list of values such as [0.1, 0.2]';
const countForm = `must be a whole number from 1 to ${maxTasks}`;
const attemptsForm = 'must be a whole number from 1 to 100';
const replicasForm = `must be a whole number from 1 to ${maxReplicas}`;
const weightForm = 'must be a number above 0, at most 1000';
const inputForm = 'must be text such as store:datasets/cifar';
const inputsForm = 'must be names with their sources, such as { data: store:datasets/cifar }';

/** job.yaml. It validates, and generates job.schema.json next to it. */
export const jobFileSchema = z.strictObject({
  name: z
    .string()
    .min(1, 'must not be empty')
    .max(100)
    .optional()
    .describe('Name of the job. Default: that of the folder.'),
  command: z
    .array(word, commandForm)
    .min(1, 'must have at least one word')
    .optional()
    .describe(
      'Program and arguments, run in the folder. No shell. {name} stands for a parameter, {task} for the number of the task.',
    ),
  base: z
    .string('must be the name of a base image such as torch')
    .min(1, 'must not be empty')
    .max(100)
    .optional()
    .describe(
      `The base image in which tasks run, on fleets whose tasks run in containers. Default: ${defaultBase}.`,
    ),
  requirements: z
    .string('must be the path of a requirements file')
    .min(1, 'must not be empty')
    .optional()
    .describe('A file in the folder with what pip installs for the tasks, as requirements.txt.'),
  pool: z
    .array(z.string('must be text'), 'must be a list of tags such as [gpu]')
    .optional()
    .describe('Tags that a worker must have, all of them.'),
  count: z
    .int(countForm)
    .min(1, countForm)
    .max(maxTasks, countForm)
    .optional()
    .describe('So many tasks without parameters.'),
  each: z
    .string('must be the path of a CSV file')
    .optional()
    .describe('A CSV file in the folder: a task for each row, whose first row names the parameters.'),
  set: z
    .record(
      z.string(),
      z.array(z.union([z.string(), z.number(), z.boolean()], valuesForm), valuesForm).min(1, valuesForm),
    )
    .optional()
    .describe('Values of parameters: a task for each combination.'),
  attempts: z
    .int(attemptsForm)
    .min(1, attemptsForm)
    .max(100, attemptsForm)
    .optional()
    .describe(`How often a task is tried before it has failed. Default: ${defaultAttempts}.`),
  timeout: durationSchema('1s', '720h', '10m')
    .optional()
    .describe('An attempt that runs longer has failed. Default: no limit.'),
  inputs: z
    .record(z.string(), z.string(inputForm), inputsForm)
    .optional()
    .describe(
      'Files and folders that appear beside the others, by their names there: `store:<name>`, `s3://<bucket>/<key>`, or a path from the folder.',
    ),
  weight: z
    .number(weightForm)
    .positive(weightForm)
    .max(1000, weightForm)
    .optional()
    .describe("The job's part of its user's share, compared with the user's other jobs. Default: 1."),
  service: z
    .strictObject({
      port: servicePort.describe('Port on which each member takes connections for it.'),
      replicas: z
        .int(replicasForm)
        .min(1, replicasForm)
        .max(maxReplicas, replicasForm)
        .default(1)
        .describe('So many run at the same time.'),
    })
    .optional()
    .describe('Makes it a service, which runs until it is cancelled.'),
  notify: notifyUrl
    .optional()
    .describe('Address that is told with a signed POST when the job has ended. Default: nobody is told.'),
});
type JobFile = z.output<typeof jobFileSchema>;

/** JSON Schema (draft 2020-12) of job.yaml, for editors: what job.schema.json holds. */
export function jobFileJsonSchema(): Record<string, unknown> {
  return { title: 'job.yaml of collab', ...z.toJSONSchema(jobFileSchema, { io: 'input' }) };
}

/**
 * What job.yaml among the files of a job says; null if there is none.
 * @throws CollabError `job-file-invalid` with every fault and its line, `job-bad-rows`
 */
export async function readJobFile(source: JobSource): Promise<WrittenJob | null> {
  const text = await source.text(fileName);
  if (text === null) return null;
  const checked = await check(text);
  if ('faults' in checked) throw invalid(within(source, fileName), checked.faults);
  const tasks = await tasksOf(checked.file, source);
  const { file } = checked;
  const { name, command, base, requirements, pool, attempts, timeout, weight, inputs, notify, service } =
    file;
  const timeoutS = timeout === undefined ? undefined : (parseDurationS(timeout) ?? undefined);
  const more = { timeoutS, weight, inputs, notify, service };
  return { name, command, base, requirements, pool, tasks, attempts, ...more };
}

async function tasksOf(
  { count, each, set }: JobFile,
  source: JobSource,
): Promise<JobDefinition['tasks'] | undefined> {
  if (count !== undefined) return { kind: 'count', count };
  if (each !== undefined) return tasksOfText(await source.text(each), within(source, each));
  return set === undefined ? undefined : { kind: 'set', values: set };
}

/** A file of a job's folder, for messages. */
const within = ({ place }: JobSource, path: string): string => `${place.replace(/\/+$/, '')}/${path}`;

const check = (text: string) =>
  checkYaml(text, { fileName, maxBytes: maxFileBytes, schema: jobFileSchema, others: crossFaults });

function crossFaults(file: JobFile): PathFault[] {
  const [, ...more] = (['count', 'each', 'set'] as const).filter((key) => file[key] !== undefined);
  const doubled = more.map((key) => ({
    path: [key],
    message: 'only one of count, each and set can be there',
  }));
  const names = Object.keys(file.set ?? {}).flatMap((name) => {
    const fault = nameFault(name);
    return fault === null ? [] : [{ path: ['set', name], message: fault }];
  });
  const endless =
    file.service === undefined
      ? []
      : (['count', 'each', 'set', 'attempts', 'timeout'] as const)
          .filter((key) => file[key] !== undefined)
          .map((key) => ({ path: [key], message: 'a service has none' }));
  return [...doubled, ...endless, ...names];
}

function invalid(path: string, faults: readonly Fault[]): CollabError {
  return new CollabError('job-file-invalid', {
    what: `${path} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    why: faults.map(formatFault).join('\n'),
    next: 'Fix them. A key that is left out has a default.',
    exitCode: ExitCode.usage,
  });
}
