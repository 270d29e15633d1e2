import {
  CollabError,
  describedJob,
  durationInstead,
  ExitCode,
  inputsOf,
  isInStore,
  type JobDefinition,
  openJobSource,
  parseDurationS,
  submitSource,
  tasksOfRows,
  tasksOfSets,
  type WrittenJob,
} from '../../../index.js';
import { awaitJob, baseFor, type FleetOptions, withJobs } from '../../session/index.js';
import { submittedText } from '../../text/index.js';

export interface SubmitFlags extends FleetOptions {
  name?: string;
  base?: string;
  requirements?: string;
  pool?: string[];
  count?: number;
  each?: string;
  set: string[];
  input: string[];
  attempts?: number;
  timeout?: string;
  notify?: string;
  wait?: boolean;
  then?: string;
}

const onStop = 'Not waiting any more. A job that is submitted goes on.';

/** `collab job submit <folder|zip> -- <command...>`. */
export async function jobSubmit(typed: string, words: readonly string[], flags: SubmitFlags): Promise<void> {
  if (flags.then !== undefined && flags.wait !== true) throw thenWithoutWait();
  await submitWritten(typed, await writtenBy(words, flags), flags);
}

/** Submits what flags say about a folder, and its job.yaml. */
export async function submitWritten(
  typed: string,
  written: WrittenJob,
  flags: FleetOptions & { wait?: boolean; then?: string },
): Promise<void> {
  const wait = flags.wait === true;
  // What can be checked here is checked before the fleet is asked for anything.
  await using local = isInStore(typed) ? null : await openJobSource(typed);
  const known = local && (await describedJob(local, written));
  if (wait && known?.definition.service) throw waitForService();
  const work: Parameters<typeof withJobs>[2] = async (jobs, session, fleet) => {
    const options = { store: jobs.store.files, signal: session.signal };
    await using source = local ?? (await openJobSource(typed, options));
    const described = known ?? (await describedJob(source, written));
    if (wait && described.definition.service !== null) throw waitForService();
    const baseOf = (definition: JobDefinition) => baseFor(definition, { jobs, session, fleet });
    const job = await submitSource(source, described, written, { jobs, baseOf, acts: session });
    if (wait) await awaitJob(jobs, job.id, flags, session);
    else session.print(submittedText(job), job);
  };
  await withJobs(flags, 'events', work, wait ? onStop : undefined);
}

async function writtenBy(words: readonly string[], flags: SubmitFlags): Promise<WrittenJob> {
  const { name, base, requirements, pool, count, each, set, input, attempts, timeout, notify } = flags;
  const command = words.length === 0 ? undefined : words;
  const timeoutS = timeout === undefined ? undefined : secondsOf(timeout);
  const rows = each === undefined ? undefined : await tasksOfRows(each);
  const sets = set.length === 0 ? undefined : tasksOfSets(set);
  const tasks = count === undefined ? (rows ?? sets) : { kind: 'count' as const, count };
  const inputs = inputsOf(input);
  return { name, command, base, requirements, pool, tasks, attempts, timeoutS, inputs, notify };
}

/** Nobody lives to see its end. */
export function waitForService(): CollabError {
  return new CollabError('service-without-end', {
    what: 'A service does not end, so that it cannot be waited for.',
    why: 'It runs until it is cancelled.',
    next: 'Leave --wait out. How it is, and where it is reached: collab job show <job>',
    exitCode: ExitCode.usage,
  });
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
