import { agrees, type FleetOptions, withJobs } from '../../session/index.js';

export interface JobRemoveFlags extends FleetOptions {
  yes?: boolean;
}

/** `collab job remove <job>`: a job that has ended, with its files in the store. */
export async function jobRemove(wanted: string, flags: JobRemoveFlags): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const { id, name } = await jobs.show(wanted, { signal });
    const need = `Removing the job ${name} needs confirmation`;
    if (!(await agrees(flags.yes, need, `Remove ${name} (${id}) with all its files?`))) return;
    const job = await jobs.remove(id, { signal });
    print(`${name} (${id}) is removed. Its files go within a minute or so.`, { removed: job.id, name });
  });
}
