import type { Shell } from './shell.js';

/** What goes before a command to run it as root; null when that cannot be done without a password. */
export async function rootPrefix(shell: Shell): Promise<readonly string[] | null> {
  const id = await shell.exec(['id', '-u']);
  if (id.stdout.trim() === '0') return [];
  const sudo = await shell.exec(['sudo', '-n', 'true']);
  return sudo.code === 0 ? ['sudo', '-n'] : null;
}
