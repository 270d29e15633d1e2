import type { Shell } from '../shell/index.js';

/** Ports of a device that programs use, by protocol. */
export interface PortsInUse {
  readonly tcp: ReadonlySet<number>;
  readonly udp: ReadonlySet<number>;
}

const tables = ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => `/proc/net/${name}`);
/** State `LISTEN` in /proc/net/tcp (Linux, include/net/tcp_states.h). */
const listening = '0A';

/**
 * Parses lines of /proc/net/tcp, tcp6, udp and udp6, each behind the name of its file and a colon, as `grep -H` prints
 * them: the TCP ports with a listener, and the UDP ports with any socket.
 */
export function parsePortsInUse(text: string): PortsInUse {
  const ports = { tcp: new Set<number>(), udp: new Set<number>() };
  for (const line of text.split('\n')) {
    const [, protocol, entry = ''] = /^\/proc\/net\/(tcp|udp)6?:(.*)$/.exec(line) ?? [];
    const [, local = '', , state] = entry.trim().split(/\s+/);
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    if (port > 0 && (protocol === 'udp' || state === listening)) ports[protocol as 'tcp' | 'udp'].add(port);
  }
  return ports;
}

/** The ports of a device that are in use; empty if its kernel does not report them. */
export async function portsInUse(shell: Shell): Promise<PortsInUse> {
  const { stdout } = await shell.exec(['grep', '-H', ':', ...tables]);
  return parsePortsInUse(stdout);
}
