import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptName, warmFolder } from '../../../logs/index.js';
import type { ConnectedDevice } from '../../../network/index.js';
import { deviceRunFolder, type RolePlace, type RunningRole } from '../runtime.js';

/** Numbers of the processes of a role instance that have a folder on its device, in order. */
export async function earlierProcesses(connected: ConnectedDevice, place: RolePlace): Promise<number[]> {
  const folder = `${deviceRunFolder(connected, place.run_id)}/${warmFolder}`;
  return numbersIn(
    (await connected.shell.list(folder, false)).map(({ path }) => path),
    place,
  );
}

/** The highest number of a process of a role instance, on its device or in the run's folder here; 0 without any. */
export async function newestNumber(
  connected: ConnectedDevice,
  place: RolePlace,
  runFolder: string,
): Promise<number> {
  const here = numbersIn(await readdir(join(runFolder, warmFolder)).catch(() => []), place);
  return Math.max(0, ...here, ...(await earlierProcesses(connected, place)));
}

/** Whether a process was given an attempt at a trial: it has begun, or is the newest order. */
export async function isOrdered(process: RunningRole, place: RolePlace): Promise<boolean> {
  const { connected, folder, order } = process;
  const name = attemptName(place);
  if ((await connected.shell.list(`${folder}/${name}`, false)).length > 0) return true;
  const newest = await newestOrder(process);
  if (newest === null) return attemptName(order) === name;
  return (
    newest.kind === 'trial' && attemptName({ trial: newest.trial ?? 0, attempt: newest.attempt }) === name
  );
}

/** Serial of the newest order that a process was given; 0 if none was. */
export async function lastSerial(process: RunningRole): Promise<number> {
  return (await newestOrder(process))?.serial ?? 0;
}

interface NewestOrder {
  serial: number;
  kind: string;
  trial?: number;
  attempt?: number;
}

async function newestOrder({ connected, folder }: RunningRole): Promise<NewestOrder | null> {
  const text = await connected.shell.read(`${folder}/order.json`);
  return text === null ? null : (JSON.parse(text.toString()) as NewestOrder);
}

function numbersIn(names: readonly string[], { role, rank }: RolePlace): number[] {
  const first = `${role}-${rank}`;
  return names
    .map((name) =>
      name === first ? 1 : name.startsWith(`${first}.`) ? Number(name.slice(first.length + 1)) : 0,
    )
    .filter((number) => Number.isInteger(number) && number > 0)
    .sort((a, b) => a - b);
}
