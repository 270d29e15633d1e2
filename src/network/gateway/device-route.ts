import { plainText } from '../../errors.js';
import type { Device } from '../lan/index.js';
import { rootPrefix, type Shell } from '../shell/index.js';
import { quoteWord } from '../ssh/index.js';

/** Default routes as the words of `ip route`. */
export type Routes = string[][];

/** What `ip route` shows of a route's state, and does not take as its words. */
const states = ['linkdown', 'dead', 'pervasive', 'offload'];

/**
 * What `ip route show default` printed; the hops of a route with several stand on lines of their own. A line with
 * a word that is none of a route is left out.
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

/** What routes a device through us. A route without a metric goes before those that have one. */
export function routeCommand(via: string): string[] {
  return ['ip', 'route', 'replace', 'default', 'via', via];
}

/**
 * What brings back the default routes that a device had. Null when ours is not there any more (the device was
 * started anew, say): then there is nothing to take back.
 */
export function restoreCommand(via: string, before: Routes, now: Routes): string[] | null {
  const isOurs = (words: readonly string[]) =>
    words.includes('via') && words[words.indexOf('via') + 1] === via && !words.includes('metric');
  if (!now.some(isOurs)) return null;
  const replaced = before.find((words) => !words.includes('metric'));
  return replaced ? ['ip', 'route', 'replace', ...replaced] : ['ip', 'route', 'del', 'default', 'via', via];
}

/** The same by hand, where the login may not do it alone. */
export function byHand(
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

/** Runs a command as root on a device. @returns null when it was done, else why not. */
export async function asRoot(shell: Shell, command: readonly string[]): Promise<string | null> {
  const prefix = await rootPrefix(shell);
  if (prefix === null) return 'the login is not root, and sudo there asks for a password or is missing';
  const { code, stderr } = await shell.exec([...prefix, ...command]);
  return code === 0 ? null : plainText(stderr.trim()) || `ip exited with code ${code ?? 'none'}`;
}
