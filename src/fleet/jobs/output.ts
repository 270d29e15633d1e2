import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { journalFile, readSettledRun, runFile } from '../../logs/index.js';
import { type FileStore, getTo } from '../files/index.js';
import { noOutput } from './errors.js';
import type { JobStatus, TaskStatus } from './questions.js';

/** What came out of a job. */
export interface JobOutput {
  job: JobStatus;
  /** All its tasks without their last lines, as they were before the files were fetched: what a task has left that ended until then is there. */
  tasks: readonly TaskStatus[];
  /** Hash over the files that it was submitted with; empty if they are not there any more. */
  contentId: string;
  /** Of this machine. */
  folder: string;
  files: number;
  totalBytes: number;
  /** Names of links that were left out because they lead out of the folder. */
  left: readonly string[];
}

/** Last lines of many tasks are long, and their files have them. */
export const withoutLines = (task: TaskStatus): TaskStatus => ({
  ...task,
  ends: task.ends.map((end) => ({ ...end, last_lines: '' })),
});

/** Gets what the attempts of a job left. @throws CollabError `job-no-output`, `job-other-run`, and those of `getTo` */
export async function getOutput(
  store: FileStore,
  { job, folder }: Pick<JobOutput, 'job' | 'folder'>,
  context: Parameters<typeof getTo>[2],
): Promise<Pick<JobOutput, 'contentId' | 'files' | 'totalBytes' | 'left'>> {
  await refuseOtherRun(folder, job.id);
  const from = { name: `${job.folder}/trials`, local: join(folder, 'trials') };
  const { files, totalBytes, left } = await getTo(store, from, context).catch((error: unknown) => {
    throw error instanceof CollabError && error.name === 'store-no-file' ? noOutput(job.id) : error;
  });
  const contentId = await contentIdOf(store, `${job.folder}/files`, context.signal);
  return { contentId, files, totalBytes, left };
}

/** The folder may have the run of somebody, whose record would be written over. */
async function refuseOtherRun(folder: string, id: string): Promise<void> {
  if (![runFile, journalFile].some((file) => existsSync(join(folder, file)))) return;
  const there = await readSettledRun(folder).catch(() => null);
  if (there?.run_id === id) return;
  throw new CollabError('job-other-run', {
    what: `The output of the job ${id} was not written into ${folder}.`,
    why:
      there === null ? `It has a ${runFile} or ${journalFile} already.` : `It has the run ${there.run_id}.`,
    next: 'Name another folder, or none.',
    exitCode: ExitCode.usage,
  });
}

async function contentIdOf(store: FileStore, folder: string, signal?: AbortSignal): Promise<string> {
  const lines: string[] = [];
  for await (const { name, kind, sha256, target } of store.list(folder, signal)) {
    if (kind === 'folder') continue;
    const content = kind === 'link' ? `-> ${target ?? ''}` : sha256;
    if (content === null) return '';
    lines.push(`${name.slice(folder.length + 1)}\0${content}\n`);
  }
  if (lines.length === 0) return '';
  return createHash('sha256').update(lines.sort().join('')).digest('hex');
}
