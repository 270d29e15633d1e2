import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { statSync } from 'node:fs';
import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';
import { deviceContent, localContent } from './folder-hash.js';
import type { HashCache } from './hash-cache.js';

/** A folder of data that a role needs on a device. */
export interface DataNeed {
  role: string;
  device: string;
  name: string;
  /** Relative to the experiment's folder. Absolute or with `~/`: on the device, otherwise on the controller. */
  path: string;
}

/** A need and where its data was found. */
export interface PlacedData extends DataNeed {
  hash: string;
  sizeBytes: number;
  files: number;
  /** Whether the device has the data already, or the controller sends it. */
  source: 'device' | 'controller';
  /** Absolute folder on the device. */
  deviceFolder: string;
  /** False when it must still be sent. */
  present: boolean;
  /** Folder of this machine; null for data of the device. */
  localFolder: string | null;
}

export interface DataContext {
  experimentFolder: string;
  connected: (device: string) => ConnectedDevice;
  cache: HashCache;
  signal?: AbortSignal | undefined;
}

/** Finds the data of every role: on its device, or here and still to be sent. Changes nothing. */
export async function planData(needs: readonly DataNeed[], context: DataContext): Promise<PlacedData[]> {
  const looked = new Map<string, Promise<Omit<PlacedData, 'role' | 'name'>>>();
  return Promise.all(
    needs.map(async (need) => {
      const key = `${need.device}\0${need.path}`;
      const look = looked.get(key) ?? lookFor(need, context);
      looked.set(key, look);
      return { ...(await look), ...need };
    }),
  );
}

async function lookFor(
  { device, name, path }: DataNeed,
  { experimentFolder, connected, cache, signal }: DataContext,
): Promise<Omit<PlacedData, 'role' | 'name'>> {
  const about = { device, path };
  const { shell, device: identity } = connected(device);
  const ofDevice = isAbsolute(path) || path.startsWith('~/');
  if (ofDevice) {
    const there = await deviceContent(identity, shell, path.replace(/^~\//, ''), cache, signal);
    if (there !== null) {
      const { folder: deviceFolder, hash, sizeBytes, files } = there;
      const found = { hash, sizeBytes, files, deviceFolder, present: true, localFolder: null };
      return { ...about, ...found, source: 'device' };
    }
  }
  const localFolder = folderHere(path, experimentFolder);
  if (!isFolder(localFolder)) throw noData(device, name, path, localFolder, ofDevice);
  const { hash, sizeBytes, files } = await localContent(localFolder, cache, signal);
  const deviceFolder = `${identity.facts.user.home}/${sentFolder(hash)}`;
  const there = await deviceContent(identity, shell, deviceFolder, cache, signal);
  const present = there?.hash === hash;
  return { ...about, hash, sizeBytes, files, source: 'controller', deviceFolder, present, localFolder };
}

/** The same for a run on this machine alone: every folder is used in place. */
export async function planLocalData(
  needs: readonly DataNeed[],
  { experimentFolder, cache, signal }: Omit<DataContext, 'connected'>,
): Promise<PlacedData[]> {
  const placed: PlacedData[] = [];
  for (const need of needs) {
    const folder = folderHere(need.path, experimentFolder);
    if (!isFolder(folder)) throw noData(need.device, need.name, need.path, folder, false);
    const content = await localContent(folder, cache, signal);
    const where = { deviceFolder: folder, localFolder: folder, present: true };
    placed.push({ ...need, ...content, ...where, source: 'controller' });
  }
  return placed;
}

/**
 * Folder on a device for data from the controller, relative to the login's home. Named by content, so experiments share
 * it.
 */
export function sentFolder(hash: string): string {
  return `${dataRoot}/${sentName(hash)}`;
}

/** Below the login's home. */
export const dataRoot = '.collab/data';
export const sentName = (hash: string) => hash.slice(0, 32);

/** The folder of this machine that a path of experiment.yaml means. */
export function folderHere(path: string, experimentFolder: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(experimentFolder, path);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function noData(device: string, name: string, path: string, here: string, ofDevice: boolean): CollabError {
  return new CollabError('no-data', {
    what: `The data "${name}" is ${ofDevice ? `neither on ${device} nor here` : 'not here'}.`,
    why: `The folder ${here} does not exist${ofDevice ? ` on either, for the path ${path}` : ''}.`,
    next: `Put it there, or correct the path of the data in experiment.yaml.`,
    exitCode: ExitCode.usage,
  });
}
