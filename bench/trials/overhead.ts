import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../programs.js';

/** What the command of every trial takes by itself: `sleep 0.5`. */
export const commandS = 0.5;

export interface RunFile {
  trials: { number: number; state: string; started_at: string; ended_at: string }[];
  devices: { name: string; address: string }[];
  images: { role: string; device: string; image_id: string }[];
}

/**
 * Runs an experiment with the built command.
 * @param flags such as `--local`
 * @returns seconds from the start of one trial to that of the next, less those of the command: all that a trial costs. From
 *   the second trial on: before the first one, nothing could be prepared, and it starts the processes that stay.
 */
export async function overheadS(
  command: string,
  {
    folder,
    experiment,
    trials,
    flags,
  }: { folder: string; experiment: string; trials: number; flags: string[] },
): Promise<number> {
  const repeats = ['--repeats', String(trials)];
  await program([process.execPath, command, 'run', experiment, ...repeats, ...flags, '--json'], {
    cwd: folder,
  });
  const { trials: ran } = newestRun(folder, experiment).run;
  const starts = ran.map(({ started_at }) => Date.parse(started_at) / 1000);
  if (ran.length !== trials || ran.some(({ state }) => state !== 'complete'))
    throw new Error(`not all of ${trials} trials are complete`);
  return ((starts.at(-1) ?? NaN) - (starts[1] ?? NaN)) / (trials - 2) - commandS;
}

/** The last run of an experiment: its folder and its run.json. */
export function newestRun(folder: string, experiment: string): { at: string; run: RunFile } {
  const runs = join(folder, 'Logs', experiment);
  const newest = readdirSync(runs)
    .filter((name) => /^\d/.test(name))
    .sort()
    .at(-1);
  const at = join(runs, newest ?? '');
  return { at, run: JSON.parse(readFileSync(join(at, 'run.json'), 'utf8')) as RunFile };
}
