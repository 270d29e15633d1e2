import { spawn } from 'node:child_process';

/** A program that shows the file itself goes on; one that hands it to another ends at once. */
const longestStartMs = 3000;

/**
 * Opens a file with the program that the desktop has for it.
 * @returns why it was not opened; null if it was
 */
export async function openFile(path: string): Promise<string | null> {
  const { DISPLAY, WAYLAND_DISPLAY, BROWSER } = process.env;
  const isMac = process.platform === 'darwin';
  if (!isMac && [DISPLAY, WAYLAND_DISPLAY, BROWSER].every((one) => one === undefined || one === ''))
    return 'there is no display here';
  const program = isMac ? 'open' : 'xdg-open';
  return new Promise((resolve) => {
    const opener = spawn(program, [path], { detached: true, stdio: 'ignore' });
    const started = setTimeout(() => resolve(null), longestStartMs);
    const end = (why: string | null) => {
      clearTimeout(started);
      resolve(why);
    };
    opener.once('error', ({ message }) => end(`${program} could not be started (${message})`));
    opener.once('exit', (code) => end(code === 0 ? null : `${program} found no program that opens it`));
    opener.unref();
  });
}
