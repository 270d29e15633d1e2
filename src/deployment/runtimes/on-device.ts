import type { ConnectedDevice } from '../../network/index.js';
import { roleFiles } from '../../logs/index.js';
import { programText } from '../../package-folder.js';
import type { TarFile } from '../archives/index.js';

/** Starts a program that outlives the connection. @returns its process id, or why it did not start */
export async function startInBackground(
  connected: ConnectedDevice,
  folder: string,
  argv: readonly string[],
): Promise<number | { why: string }> {
  const script = programText('deployment/runtimes/start-in-background.sh');
  const started = await connected.shell.exec(['sh', '-c', script, folder, ...argv]);
  const pid = Number(started.stdout.trim());
  return started.code === 0 && Number.isInteger(pid) && pid > 1 ? pid : { why: started.stderr.trim() };
}

/**
 * The process that was started with these words, the newest one; null if there is none. The first word is not compared: a
 * launcher of Python puts a path in its place.
 */
export async function findProcess(
  { shell }: ConnectedDevice,
  argv: readonly string[],
): Promise<number | null> {
  const wanted = argv.slice(1).join('\0');
  // Every process has such a file; grep names those that mention the last word, itself included.
  const search = ['sh', '-c', 'grep -lsF -e "$0" /proc/[0-9]*/cmdline', argv.at(-1) ?? ''];
  const found = (await shell.exec(search)).stdout.split('\n').filter((path) => path.startsWith('/proc/'));
  const pids: number[] = [];
  for (const path of found) {
    const run = await shell.read(path).catch(() => null);
    if (run?.toString().split('\0').slice(1, -1).join('\0') === wanted) pids.push(Number(path.split('/')[2]));
  }
  return pids.length === 0 ? null : Math.max(...pids);
}

/** Files that are put at a time: each waits for the disk, and for the link. */
const putAtOnce = 8;

/** Puts files on a device, readable by the login alone. */
export async function putFiles(
  connected: ConnectedDevice,
  files: readonly TarFile[],
  folder: string,
): Promise<void> {
  const left = files.values();
  const putNext = async () => {
    for (const file of left) {
      const mode = file.executable === true ? 0o700 : 0o600;
      const path = `${folder}/${file.name}`;
      if ('content' in file) await connected.shell.write(path, file.content, mode);
      else await connected.shell.put(file.path, path, mode);
    }
  };
  await allEnded(Array.from({ length: putAtOnce }, putNext));
}

/** Removes the folder of a role that did not start. Its wrapper may run all the same: what that wrote is kept. */
export async function removeUnlessRun({ shell }: ConnectedDevice, folder: string): Promise<void> {
  if ((await shell.read(`${folder}/${roleFiles.state}`)) === null) await shell.remove(folder);
}

/** As Promise.all, but rejects only when all have ended, so that what follows can clean up after them. */
export async function allEnded<T extends readonly unknown[] | []>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
