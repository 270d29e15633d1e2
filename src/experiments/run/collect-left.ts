import { copyFile, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceRunFolder, Mirror, type Runtime } from '../../deployment/index.js';
import { attemptName, type AttemptOf, roleFolder, type RunRecord, warmFolder } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { fileSize } from '../../workspace/index.js';
import type { RunEvent } from '../events/index.js';

/** What one role instance left on a device in one attempt at a trial. */
export interface LeftRole extends AttemptOf {
  role: string;
  rank: number;
}

interface Place extends LeftRole {
  remote: string;
}

/**
 * Collects what the roles of a run left on a device that was lost, each into the folder of its attempt, then the logs of
 * processes that stayed for several trials, and removes them from the device. Roles that still run there are ended before.
 * To be called while no trial is under way. A file that is here already is replaced by the device's, so nothing is there
 * twice.
 * @throws CollabError if the device cannot be reached, or a file is not here whole: what was not collected stays there
 */
export async function collectLeft(
  { folder, record }: { folder: string; record: Pick<RunRecord, 'run_id' | 'trials' | 'placement'> },
  { connected, runtime }: { connected: ConnectedDevice; runtime: Runtime },
): Promise<LeftRole[]> {
  await runtime.endRoles(connected, record.run_id);
  const places = await leftOn(connected, record);
  for (const { remote, role, rank, ...attempt } of places)
    await move(connected, remote, roleFolder(folder, attempt, role, rank));
  for (const { name, remote } of await processesOn(connected, record))
    await move(connected, remote, join(folder, warmFolder, name));
  return places.map(({ trial, attempt, role, rank }) => ({ trial, ...(attempt && { attempt }), role, rank }));
}

async function move(connected: ConnectedDevice, remote: string, local: string): Promise<void> {
  await keepingLonger(connected, remote, local, () => new Mirror(connected.shell, remote, local).collect());
  await connected.shell.remove(remote);
}

/** Collects what the roles of a run left on all devices that are reached, and records what was collected. */
export async function collectAllLeft(
  run: Parameters<typeof collectLeft>[0],
  { reached, runtime }: { reached: readonly ConnectedDevice[]; runtime: Runtime },
  record: (event: RunEvent) => Promise<void>,
): Promise<void> {
  for (const connected of reached) {
    for (const left of await collectLeft(run, { connected, runtime }))
      await record({ kind: 'role.collected', ...left, device: connected.device.name });
  }
}

/** The folders of roles that the run knows: names from a device lead nowhere else. */
async function leftOn(
  connected: ConnectedDevice,
  record: Pick<RunRecord, 'run_id' | 'trials' | 'placement'>,
): Promise<Place[]> {
  const { trials, placement } = record;
  const base = deviceRunFolder(connected, record.run_id);
  const own = placement.filter(({ device }) => device === connected.device.name);
  const places: Place[] = [];
  const there = await foldersIn(connected, base);
  const stayed = [];
  for (const process of await processesOn(connected, record))
    stayed.push({ ...process, attempts: await foldersIn(connected, process.remote) });
  for (const { number: trial, attempt = 1, state } of trials) {
    // One that was prepared and never began has no logs.
    if (state === 'pending' || state === 'skipped') continue;
    for (let one = 1; one <= attempt; one += 1) {
      const of: AttemptOf = one === 1 ? { trial } : { trial, attempt: one };
      const name = attemptName(of);
      for (const { role, rank, remote, attempts } of stayed)
        if (attempts.has(name)) places.push({ ...of, role, rank, remote: `${remote}/${name}` });
      if (!there.has(name)) continue;
      const roles = await foldersIn(connected, `${base}/${name}`);
      for (const { role, rank } of own)
        if (roles.has(`${role}-${rank}`))
          places.push({ ...of, role, rank, remote: `${base}/${name}/${role}-${rank}` });
    }
  }
  return places;
}

/** The processes of this device's roles that stayed for several trials, with the names of their folders. */
async function processesOn(
  connected: ConnectedDevice,
  { run_id, placement }: Pick<RunRecord, 'run_id' | 'placement'>,
): Promise<{ name: string; role: string; rank: number; remote: string }[]> {
  const base = `${deviceRunFolder(connected, run_id)}/${warmFolder}`;
  return [...(await foldersIn(connected, base))].flatMap((name) =>
    placement
      .filter(({ device }) => device === connected.device.name)
      .filter(({ role, rank }) => name.replace(/\.\d+$/, '') === `${role}-${rank}`)
      .map(({ role, rank }) => ({ name, role, rank, remote: `${base}/${name}` })),
  );
}

async function foldersIn({ shell }: ConnectedDevice, path: string): Promise<Set<string>> {
  const entries = await shell.list(path, false);
  return new Set(entries.flatMap(({ path: name, kind }) => (kind === 'directory' ? [name] : [])));
}

/** Logs, which only grow. */
const growing = /^[^/]+\.(?:jsonl|log)$/;

/**
 * A device that lost its power has its files as of their last sync, which may be less than what was copied before. The
 * longer one is kept if the device's is its beginning.
 */
async function keepingLonger(
  { shell }: ConnectedDevice,
  remote: string,
  local: string,
  collect: () => Promise<void>,
): Promise<void> {
  const longer: string[] = [];
  for (const { path, kind, sizeBytes } of await shell.list(remote, false)) {
    if (kind !== 'file' || !growing.test(path)) continue;
    const here = join(local, path);
    if (((await fileSize(here)) ?? 0) <= sizeBytes) continue;
    await copyFile(here, `${here}.kept`);
    longer.push(here);
  }
  try {
    await collect();
  } finally {
    for (const here of longer) {
      if (await isBeginning(here, `${here}.kept`)) await rename(`${here}.kept`, here);
      else await rm(`${here}.kept`, { force: true });
    }
  }
}

async function isBeginning(shorter: string, longer: string): Promise<boolean> {
  const [a, b] = [await open(shorter), await open(longer)];
  try {
    const { size } = await a.stat();
    for (let at = 0; at < size; at += 1 << 16) {
      const read = async (file: typeof a) => {
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(Math.min(1 << 16, size - at)),
          0,
          null,
          at,
        );
        return buffer.subarray(0, bytesRead);
      };
      if (!(await read(a)).equals(await read(b))) return false;
    }
    return true;
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}
