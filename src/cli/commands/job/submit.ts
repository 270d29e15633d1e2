import {
  CollabError,
  durationInstead,
  ExitCode,
  jobDefinitionOf,
  parseDurationS,
  readJobFile,
  supplyBase,
  tasksOfRows,
  tasksOfSets,
  type WrittenJob,
} from '../../../index.js';
import { awaitJob, type FleetOptions, withJobs } from '../../session/index.js';
import { submittedText } from '../../text/index.js';

export interface SubmitFlags extends FleetOptions {
  name?: string;
  base?: string;
  requirements?: string;
  pool?: string[];
  count?: number;
  each?: string;
  set: string[];
  attempts?: number;
  timeout?: string;
  wait?: boolean;
}

const onStop = 'Not waiting any more. A job that is submitted goes on.';

/** `collab job submit <folder> -- <command...>`. */
export async function jobSubmit(folder: string, words: readonly string[], flags: SubmitFlags): Promise<void> {
  const written = await writtenBy(words, flags);
  const definition = jobDefinitionOf(folder, await readJobFile(folder), written);
  const wait = flags.wait === true;
  const work: Parameters<typeof withJobs>[2] = async (jobs, session, fleet) => {
    const workers = await jobs.workers(session);
    const wanted = { name: definition.base?.name ?? null, pool: definition.pool, workers };
    const base = await supplyBase(fleet, wanted, session);
    const job = await jobs.submit({ folder, definition: { ...definition, base } }, session);
    if (wait) await awaitJob(jobs, job.id, flags, session);
    else session.print(submittedText(job), job);
  };
  await withJobs(flags, 'events', work, wait ? onStop : undefined);
}

async function writtenBy(words: readonly string[], flags: SubmitFlags): Promise<WrittenJob> {
  const { name, base, requirements, pool, count, each, set, attempts, timeout } = flags;
  const command = words.length === 0 ? undefined : words;
  const timeoutS = timeout === undefined ? undefined : secondsOf(timeout);
  const rows = each === undefined ? undefined : await tasksOfRows(each);
  const sets = set.length === 0 ? undefined : tasksOfSets(set);
  const tasks = count === undefined ? (rows ?? sets) : { kind: 'count' as const, count };
  return { name, command, base, requirements, pool, tasks, attempts, timeoutS };
}

function secondsOf(text: string): number {
  const seconds = parseDurationS(text);
  if (seconds !== null && seconds > 0) return seconds;
  throw new CollabError('bad-duration', {
    what: `--timeout ${text} is not a valid duration.`,
    next: `Write it with one unit, for example --timeout ${durationInstead(text) ?? '10m'}`,
    exitCode: ExitCode.usage,
  });
}
