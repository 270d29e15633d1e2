import {
  CollabError,
  durationInstead,
  ExitCode,
  jobDefinitionOf,
  parseDurationS,
  readJobFile,
  tasksOfRows,
  tasksOfSets,
  type WrittenJob,
} from '../../../index.js';
import { awaitJob, type FleetOptions, withJobs } from '../../session/index.js';
import { submittedText } from '../../text/index.js';

export interface SubmitFlags extends FleetOptions {
  name?: string;
  pool?: string[];
  count?: number;
  each?: string;
  set: string[];
  attempts?: number;
  timeout?: string;
  notify?: string;
  wait?: boolean;
  then?: string;
}

const onStop = 'Not waiting any more. A job that is submitted goes on.';

/** `collab job submit <folder> -- <command...>`. */
export async function jobSubmit(folder: string, words: readonly string[], flags: SubmitFlags): Promise<void> {
  const wait = flags.wait === true;
  if (flags.then !== undefined && !wait) throw thenWithoutWait();
  const written = await writtenBy(words, flags);
  const definition = jobDefinitionOf(folder, await readJobFile(folder), written);
  const work: Parameters<typeof withJobs>[2] = async (jobs, session) => {
    const job = await jobs.submit({ folder, definition }, session);
    if (wait) await awaitJob(jobs, job.id, flags, session);
    else session.print(submittedText(job), job);
  };
  await withJobs(flags, 'events', work, wait ? onStop : undefined);
}

async function writtenBy(words: readonly string[], flags: SubmitFlags): Promise<WrittenJob> {
  const { name, pool, count, each, set, attempts, timeout, notify } = flags;
  const command = words.length === 0 ? undefined : words;
  const timeoutS = timeout === undefined ? undefined : secondsOf(timeout);
  const rows = each === undefined ? undefined : await tasksOfRows(each);
  const sets = set.length === 0 ? undefined : tasksOfSets(set);
  const tasks = count === undefined ? (rows ?? sets) : { kind: 'count' as const, count };
  return { name, command, pool, tasks, attempts, timeoutS, notify };
}

function thenWithoutWait(): CollabError {
  return new CollabError('then-without-wait', {
    what: '--then runs a command when the job has ended, and nobody waits for that.',
    next: 'Give --wait too. To be told without waiting: --notify <url>',
    exitCode: ExitCode.usage,
  });
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
