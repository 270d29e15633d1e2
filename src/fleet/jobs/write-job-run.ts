import { join } from 'node:path';
import type { Clock } from '../../events.js';
import { attemptName, orderedHow, roleFiles, writeWholeRun } from '../../logs/index.js';
import { readFileIfThere } from '../../workspace/index.js';
import { type JobPlace, taskRole } from './job-place.js';
import type { JobOutput } from './output.js';
import { membersOf, runOfJob } from './run-of-job.js';
import { attemptOf } from './task-log.js';

/** Gives the folder with the output of a job the form of a run, over what an earlier output wrote. */
export async function writeJobRun(
  output: JobOutput,
  place: Pick<JobPlace, 'fleet' | 'lan'> & { nameOf: (member: string) => string },
  clock: Clock,
): Promise<void> {
  const how = await howTasksRan(output);
  const names = uniqueNames(membersOf(output.tasks), place.nameOf);
  const nameOf = (member: string) => names.get(member) ?? member;
  const run = runOfJob(output, { ...place, ...how, nameOf, askedAt: clock.now().toISOString() });
  await writeWholeRun(output.folder, run);
}

/** Two members that have had one name are two devices. */
function uniqueNames(members: readonly string[], nameOf: (member: string) => string): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const member of members) {
    const name = nameOf(member);
    names.set(member, taken.has(name) ? `${name} (${member})` : name);
    taken.add(name);
  }
  return names;
}

/** As the orders say that the workers wrote; all tasks of a job are run in the same way. */
async function howTasksRan({ tasks, folder }: JobOutput): Promise<Pick<JobPlace, 'runtime' | 'samplingS'>> {
  for (const task of tasks) {
    const attempt = attemptOf(task);
    if (attempt === null) continue;
    const name = attemptName({ trial: task.task + 1, attempt });
    const path = join(folder, 'trials', name, `${taskRole}-0`, roleFiles.role);
    const text = await readFileIfThere(path).catch(() => null);
    const how = text === null ? null : orderedHow(text);
    if (how !== null) return how;
  }
  return { runtime: 'process', samplingS: null };
}
