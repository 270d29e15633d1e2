import type { Shell } from './shell.js';

/** The words that go before a command to run it as root; null if that needs a password. */
export async function rootPrefix(shell: Shell): Promise<readonly string[] | null> {
  const id = await shell.exec(['id', '-u']);
  if (id.stdout.trim() === '0') return [];
  const sudo = await shell.exec(['sudo', '-n', 'true']);
  return sudo.code === 0 ? ['sudo', '-n'] : null;
}
