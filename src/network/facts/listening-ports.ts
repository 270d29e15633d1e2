import type { Shell } from '../shell/index.js';

/** State `LISTEN` in /proc/net/tcp (Linux, include/net/tcp_states.h). */
const listening = '0A';

/** The listening ports in the text of /proc/net/tcp and /proc/net/tcp6. */
export function parseListeningPorts(text: string): Set<number> {
  const ports = new Set<number>();
  for (const line of text.split('\n')) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    if (state === listening && port > 0) ports.add(port);
  }
  return ports;
}

/** The TCP ports of a device that are in use; empty if its kernel does not report them. */
export async function listeningPorts(shell: Shell): Promise<Set<number>> {
  const { stdout } = await shell.exec(['cat', '/proc/net/tcp', '/proc/net/tcp6']);
  return parseListeningPorts(stdout);
}
