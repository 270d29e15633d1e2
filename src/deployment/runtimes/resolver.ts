import { isIP, isIPv4 } from 'node:net';
import type { Shell } from '../../network/index.js';
import type { Resolver } from '../engine/index.js';

/** What a device knows of name servers: /etc/resolv.conf, the servers of systemd-resolved, and /proc/net/route. */
interface ResolverFiles {
  resolvConf: string | null;
  systemd: string | null;
  routes: string | null;
}

/** One try of one second per server: resolv.conf(5) has 5 s and two tries. */
const options = ['timeout:1', 'attempts:1'];

/** The first of the public servers that the engine takes for a host without any that a container reaches. */
const publicServer = '8.8.8.8';

/** Nobody listens there, so a look-up fails at once. */
const nobody = '127.0.0.1';

/**
 * The resolver of a container in a network of its own, so that a look-up which nobody answers ends within 2 s, also
 * where it is tried with a search domain as well. A device without name servers, or without a way to public ones, gets
 * none: the engine would send every look-up to servers of the internet.
 */
export function planResolver({ resolvConf, systemd, routes }: ResolverFiles): Resolver {
  if (resolvConf === null) return { servers: null, options };
  const listed = serversIn(resolvConf);
  const own = listed.filter(isReached);
  const isStub = own.length === 0 && listed.includes('127.0.0.53');
  const known = isStub ? serversIn(systemd ?? '') : listed;
  const reached = known.filter(isReached);
  const searches = /^\s*(search|domain)\s+[^\s.#;]/m.test(resolvConf);
  if (reached.length > 0) return { servers: reached.slice(0, searches ? 1 : 2), options };
  const goesOut = known.length > 0 && hasDefaultRoute(routes ?? '');
  return { servers: [goesOut ? publicServer : nobody], options };
}

/** Reads what `planResolver` needs. A file that cannot be read counts as missing. */
export async function resolverOf(shell: Shell): Promise<Resolver> {
  const text = (path: string) =>
    shell.read(path).then(
      (content) => content?.toString() ?? null,
      () => null,
    );
  const [resolvConf, systemd, routes] = await Promise.all([
    text('/etc/resolv.conf'),
    text('/run/systemd/resolve/resolv.conf'),
    text('/proc/net/route'),
  ]);
  return planResolver({ resolvConf, systemd, routes });
}

function serversIn(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, server = '']) =>
    isIP(server) === 0 ? [] : [server],
  );
}

/** The engine's own network has no IPv6, and the loopback address of a container is its own. */
function isReached(server: string): boolean {
  return isIPv4(server) && !server.startsWith('127.');
}

/** /proc/net/route: interface, destination, gateway and so on, in hexadecimal. */
function hasDefaultRoute(routes: string): boolean {
  return routes.split('\n').some((line) => line.split('\t')[1] === '00000000');
}
