import { readFile } from 'node:fs/promises';
import type { ConnectedDevice } from '../../network/index.js';
import type { TarFile } from '../archives/index.js';

/** Starts its arguments in the background, cut off from our input and output, and prints the process id. */
const inBackground = 'nohup "$@" </dev/null >"$0/wrapper.log" 2>&1 & echo $!';

/** Starts a program that outlives the connection, its words in `wrapper.log` of a folder; gives its pid, or why not. */
export async function startInBackground(
  connected: ConnectedDevice,
  folder: string,
  argv: readonly string[],
): Promise<number | { why: string }> {
  const started = await connected.shell.exec(['sh', '-c', inBackground, folder, ...argv]);
  const pid = Number(started.stdout.trim());
  return started.code === 0 && Number.isInteger(pid) && pid > 1 ? pid : { why: started.stderr.trim() };
}

/** Puts files on a device, readable by the login alone. */
export async function putFiles(
  connected: ConnectedDevice,
  files: readonly TarFile[],
  folder: string,
): Promise<void> {
  for (const file of files) {
    const content = 'content' in file ? file.content : await readFile(file.path);
    const mode = file.executable === true ? 0o700 : 0o600;
    await connected.shell.write(`${folder}/${file.name}`, content, mode);
  }
}
