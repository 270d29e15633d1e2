import { readFile } from 'node:fs/promises';
import { LocalShell } from '../shell/index.js';

/** The kernel's neighbor table: IPv4 address to MAC, of those that answered lately. */
export async function readNeighbors(): Promise<Map<string, string>> {
  const table = await readFile('/proc/net/arp', 'utf8').catch(() => null);
  if (table !== null) return parseNeighbors(table);
  const { stdout } = await new LocalShell().exec(['ip', '-4', 'neigh', 'show'], { timeoutMs: 5000 });
  return parseIpNeigh(stdout);
}

/** What /proc/net/arp prints. Entries without an answer (flag 0x2 is not set) are left out. */
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

/** What `ip -4 neigh show` prints, such as `10.0.0.2 dev eth0 lladdr dc:a6:32:4f:81:c5 STALE`. */
export function parseIpNeigh(text: string): Map<string, string> {
  const entry = /^(\S+) .*\blladdr ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) (?!.*FAILED)/i;
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, address, mac] = entry.exec(line) ?? [];
      return address && mac ? [[address, mac.toLowerCase()]] : [];
    }),
  );
}
