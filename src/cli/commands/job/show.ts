import type { TaskStatus } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { areEnough, jobText, tasksToShow } from '../../text/index.js';

/** `collab job show <job>`: a job and its tasks; all of them with --json. */
export async function jobShow(wanted: string, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const job = await jobs.show(wanted, { signal });
    const tasks: TaskStatus[] = [];
    for await (const task of jobs.tasks(job.id, { signal })) {
      tasks.push(task);
      if (flags.json !== true && areEnough(tasks, job.counts)) break;
    }
    const reached = job.service?.members.map(({ member }) => member) ?? [];
    const members = [...new Set(tasks.flatMap(membersOf).concat(reached))];
    print(jobText(job, tasksToShow(tasks), jobs.memberName), {
      ...job,
      task_list: tasks,
      devices: members.map((id) => ({ id, name: jobs.memberName(id) })),
    });
  });
}

const membersOf = ({ member, ends }: TaskStatus) =>
  (member === null ? [] : [member]).concat(ends.map((end) => end.member));
