import { join } from 'node:path';
import { attemptName } from '../../logs/index.js';
import { type FileVersion, getTo, type TransferContext } from '../files/index.js';
import type { FleetJobs, JobStatus } from '../jobs/index.js';

/**
 * Gets the annotated pictures of a job into a folder, as `<index>.png`: those of the attempts that count.
 * @returns how many there are
 */
export async function getPictures(
  jobs: FleetJobs,
  { id, folder: inStore }: Pick<JobStatus, 'id' | 'folder'>,
  folder: string,
  context: TransferContext,
): Promise<number> {
  const counting = new Set<string>();
  for await (const { task, state, ends } of jobs.tasks(id, { signal: context.signal })) {
    const end = ends.findLast(({ outcome }) => outcome === 'done');
    if (state === 'done' && end !== undefined)
      counting.add(attemptName({ trial: task + 1, attempt: end.attempt }));
  }
  const pictures: FileVersion[] = [];
  for await (const file of jobs.store.files.list(`${inStore}/trials`, context.signal)) {
    const [, trial = ''] = pictureIn.exec(file.name.slice(inStore.length)) ?? [];
    if (file.kind === 'file' && counting.has(trial)) pictures.push(file);
  }
  for (const { name } of pictures) {
    const local = join(folder, name.slice(name.lastIndexOf('/') + 1));
    await getTo(jobs.store.files, { name, local }, { ...context, emit: () => undefined });
  }
  return pictures.length;
}

const pictureIn = /^\/trials\/([^/]+)\/task-0\/outputs\/\d+\.png$/;
