import type { ConnectedDevice } from '../../network/index.js';
import { showLease } from '../../network/index.js';
import { programText } from '../../package-folder.js';
import type { Engine } from '../engine/index.js';
import { ownFolder } from '../runtimes/index.js';
import type { LeftLog, Remains } from './remains.js';

/** A run's id: names from a device lead nowhere else. */
const isRunId = (name: string) => /^\d{8}-\d{6}-[0-9a-f]{4}$/.test(name);
/** Files below the folder of an attempt, or of a process that stays for the whole run. */
const isLog = (path: string) =>
  /^(?:\d+(?:\.\d+)?|warm)\/[^/]+\/./.test(path) && !/^[^/]+\/[^/]+\/role\.json$/.test(path);

/**
 * Lists what runs left on a device: containers, processes, leases and folders. Changes nothing.
 * @param engine null for a device whose engine is not used
 */
export async function lookForRemains(connected: ConnectedDevice, engine: Engine | null): Promise<Remains[]> {
  const runs = `${ownFolder(connected)}/runs`;
  const listed = await connected.shell.exec([
    'sh',
    '-c',
    programText('deployment/remains/look.sh'),
    'sh',
    runs,
  ]);
  const lines = listed.stdout.split('\n').map((line) => line.split('\t'));
  const containers = engine === null ? [] : await containersOfRuns(engine);
  const holder = await showLease(connected.shell).catch(() => null);
  const folders = lines.filter(([kind, name = '']) => kind === 'folder' && isRunId(name));
  const processes = lines.flatMap(([kind, pid = '', run = '']) =>
    kind === 'process' && isRunId(run) ? [{ pid: Number(pid), run }] : [],
  );
  const ids = new Set([
    ...folders.map(([, name = '']) => name),
    ...processes.map(({ run }) => run),
    ...containers.map(({ run }) => run),
    ...(holder?.run == null ? [] : [holder.run]),
  ]);
  return Promise.all(
    [...ids].sort().map(async (runId): Promise<Remains> => {
      const own = folders.find(([, name]) => name === runId);
      const path = `${runs}/${runId}`;
      return {
        runId,
        containers: containers.filter(({ run }) => run === runId),
        processes: processes.flatMap(({ pid, run }) => (run === runId ? [pid] : [])),
        lease: holder?.run === runId ? { who: holder.who, host: holder.host } : null,
        folder: own === undefined ? null : await folderOf(connected, path, own),
      };
    }),
  );
}

/** @param line of look.sh */
async function folderOf(
  connected: ConnectedDevice,
  path: string,
  [, , changedS, sizeKib]: readonly string[],
): Promise<Remains['folder']> {
  const changedAt = new Date(Number(changedS) * 1000);
  return { path, changedAt, sizeBytes: Number(sizeKib) * 1024, logs: await logsIn(connected, path) };
}

async function logsIn({ shell }: ConnectedDevice, folder: string): Promise<LeftLog[]> {
  const entries = await shell.list(folder);
  return entries.flatMap(({ path, kind, sizeBytes }) =>
    kind === 'file' && isLog(path) ? [{ path, sizeBytes }] : [],
  );
}

async function containersOfRuns(engine: Engine) {
  const found = await Promise.all(
    (await engine.find({ 'collab.run': '' })).map(async (id) => {
      const state = await engine.inspect(id);
      const run = state?.labels['collab.run'] ?? '';
      if (state === null || !isRunId(run)) return [];
      return [{ id, run, name: state.name, running: state.running, createdAt: state.createdAt }];
    }),
  );
  return found.flat();
}
