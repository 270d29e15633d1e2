import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readSettledRun, RunLock } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { planRunRemoval, type RemovalRequest, type RunRemoval } from './plan-removal.js';
import { partsOfRun, usedParts } from './used-parts.js';

/**
 * Below `Logs/`: where runs and parts go by one rename before they are deleted, so that none is ever there by half. Each
 * removal has a folder in it, with the id of its process in the name.
 */
const removedFolder = '.removed';

/**
 * Removes runs, and what only they used. A run is gone for every command at once; when the process ends before its files are
 * deleted, the next removal deletes them.
 * @returns what was removed
 * @throws CollabError as `planRunRemoval`, also for a run that was taken up meanwhile
 */
export async function removeRuns(request: RemovalRequest): Promise<RunRemoval> {
  const { workspace, force } = request;
  const aside = join(workspace.logs, removedFolder);
  const left = await leftIn(aside);
  const leftParts = await partsOfLeft(workspace, left);
  const plan = await planRunRemoval(request);
  await mkdir(aside, { recursive: true });
  const own = await mkdtemp(join(aside, `${process.pid}-`));
  for (const [at, { folder }] of plan.runs.entries()) {
    const record = await readSettledRun(folder).catch(() => null);
    const goesOn = record?.state === 'running' && record.job === undefined;
    const last = goesOn ? record.controller : undefined;
    // Nobody can take up the run from here on. The lock goes with the folder: to release it would make the folder again.
    await RunLock.take(folder, { last: last ?? null, evenUnchecked: force });
    // Copies of a run may have one id.
    await rename(folder, join(own, `${at}-${basename(folder)}`));
    // The folder of an experiment whose last run this was.
    await rmdir(dirname(folder)).catch(() => undefined);
  }
  const paths = [...new Set([...plan.parts.map(({ path }) => path), ...leftParts])];
  const gone = await takeAway(workspace, paths, own);
  for (const folder of [own, ...left]) await rm(folder, { recursive: true, force: true });
  await rmdir(aside).catch(() => undefined);
  return { ...plan, parts: plan.parts.filter(({ path }) => gone.includes(path)) };
}

/** Takes parts away, unless a run that was started meanwhile uses them. @returns those that are gone */
async function takeAway(workspace: Workspace, paths: readonly string[], own: string): Promise<string[]> {
  const moved: { path: string; to: string }[] = [];
  const before = await usedParts(workspace);
  for (const path of paths.filter((one) => before.paths?.has(one) === false)) {
    const to = join(own, `part-${basename(path)}`);
    await rename(path, to).then(
      () => moved.push({ path, to }),
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      },
    );
  }
  // A run that was started since may have found them in place.
  const after = await usedParts(workspace);
  const needed = moved.filter(({ path }) => after.paths?.has(path) !== false);
  // One that was started since has kept its code anew where it was missed.
  for (const { path, to } of needed) await rename(to, path).catch(() => undefined);
  return moved.filter((one) => !needed.includes(one)).map(({ path }) => path);
}

/** Folders of removals whose process is gone. */
async function leftIn(aside: string): Promise<string[]> {
  const names = await readdir(aside).catch(() => []);
  return names.filter((name) => !isThere(Number.parseInt(name, 10))).map((name) => join(aside, name));
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Parts of runs whose removal was cut before their parts could be looked at. */
async function partsOfLeft(workspace: Workspace, left: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of left) {
    for (const run of await readdir(folder).catch(() => [])) {
      const record = await readSettledRun(join(folder, run)).catch(() => null);
      if (record !== null) paths.push(...partsOfRun(workspace, record));
    }
  }
  return paths;
}
