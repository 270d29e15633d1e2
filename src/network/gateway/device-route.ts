import { plainText } from '../../errors.js';
import type { Device } from '../lan/index.js';
import { rootPrefix, type Shell } from '../shell/index.js';
import { quoteWord } from '../ssh/index.js';

/** Default routes, each as the words of `ip route`. */
export type Routes = string[][];

/** State flags that `ip route` prints but does not accept as arguments. */
const states = ['linkdown', 'dead', 'pervasive', 'offload'];

/**
 * Parses the output of `ip route show default`, which lists the hops of a multipath route on separate lines. A line with an
 * unexpected word is ignored.
 */
export function parseRoutes(printed: string): Routes {
  return printed
    .replace(/\n\s+/g, ' ')
    .split('\n')
    .map((line) => line.split(/\s+/).filter((word) => word !== '' && !states.includes(word)))
    .filter(
      ([first, ...more]) =>
        first === 'default' && more.every((word) => /^[A-Za-z0-9][A-Za-z0-9.:/_@-]*$/.test(word)),
    );
}

/** The command that routes a device through this machine. A route without a metric takes precedence over others. */
export function routeCommand(via: string): string[] {
  return ['ip', 'route', 'replace', 'default', 'via', via];
}

/**
 * The command that restores the previous default routes of a device. Null if the gateway route no longer exists, for example
 * after a reboot of the device: then there is nothing to restore.
 */
export function restoreCommand(via: string, before: Routes, now: Routes): string[] | null {
  const isOurs = (words: readonly string[]) =>
    words.includes('via') && words[words.indexOf('via') + 1] === via && !words.includes('metric');
  if (!now.some(isOurs)) return null;
  const replaced = before.find((words) => !words.includes('metric'));
  return replaced ? ['ip', 'route', 'replace', ...replaced] : ['ip', 'route', 'del', 'default', 'via', via];
}

/** The same command for the user to run, if the login needs a password for sudo. */
export function manualCommand(
  { user, address, port }: Pick<Device, 'user' | 'address' | 'port'>,
  command: readonly string[],
): string {
  const words = ['ssh', '-t', ...(port === 22 ? [] : ['-p', String(port)]), `${user}@${address}`];
  return [...words, 'sudo', ...command].map(quoteWord).join(' ');
}

export async function readRoutes(shell: Shell): Promise<Routes> {
  const { code, stdout, stderr } = await shell.exec(['ip', '-4', 'route', 'show', 'default']);
  if (code !== 0) throw new Error(`ip route: ${plainText(stderr.trim())}`);
  return parseRoutes(stdout);
}

/** Runs a command as root on a device. @returns null on success, otherwise the reason. */
export async function asRoot(shell: Shell, command: readonly string[]): Promise<string | null> {
  const prefix = await rootPrefix(shell);
  if (prefix === null) return 'the login is not root, and sudo asks for a password or is not installed';
  const { code, stderr } = await shell.exec([...prefix, ...command]);
  return code === 0 ? null : plainText(stderr.trim()) || `ip exited with code ${code ?? 'none'}`;
}
