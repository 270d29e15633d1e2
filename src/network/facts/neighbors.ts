import { readFile } from 'node:fs/promises';
import { LocalShell } from '../shell/index.js';

/** The kernel's neighbor table: MAC by IPv4 address, for machines that answered recently. */
export async function readNeighbors(): Promise<Map<string, string>> {
  const table = await readFile('/proc/net/arp', 'utf8').catch(() => null);
  if (table !== null) return parseNeighbors(table);
  const { stdout } = await new LocalShell().exec(['ip', '-4', 'neigh', 'show'], { timeoutMs: 5000 });
  return parseIpNeigh(stdout);
}

/** Parses /proc/net/arp. Entries without an answer (flag 0x2 not set) are omitted. */
export function parseNeighbors(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [address, , flags, mac] = line.trim().split(/\s+/);
      const isComplete = (Number(flags) & 2) !== 0;
      if (!address || !mac || !isComplete || !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) return [];
      return [[address, mac.toLowerCase()]];
    }),
  );
}

/** Parses the output of `ip -4 neigh show`, such as `10.0.0.2 dev eth0 lladdr dc:a6:32:4f:81:c5 STALE`. */
export function parseIpNeigh(text: string): Map<string, string> {
  const entry = /^(\S+) .*\blladdr ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) (?!.*FAILED)/i;
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, address, mac] = entry.exec(line) ?? [];
      return address && mac ? [[address, mac.toLowerCase()]] : [];
    }),
  );
}
