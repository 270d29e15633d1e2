import { isIP, isIPv4 } from 'node:net';
import type { Shell } from '../../network/index.js';
import type { Resolver } from '../engine/index.js';

/**
 * What a device knows of name servers: /etc/resolv.conf, the servers of systemd-resolved, /proc/net/route, and the
 * settings of its engine.
 */
interface ResolverFiles {
  resolvConf: string | null;
  systemd: string | null;
  routes: string | null;
  daemon: string | null;
}

/** One try of one second per server: resolv.conf(5) has 5 s and two tries. */
const options = ['timeout:1', 'attempts:1'];

/** The first of the public servers that the engine takes for a host without any that a container reaches. */
const publicServer = '8.8.8.8';

/** The kernel refuses to send there, so a look-up fails at once, and no counter of lost datagrams grows. */
const nobody = '255.255.255.255';

/**
 * The resolver of a container in a network of its own, so that a look-up which nobody answers ends within 2 s, also
 * where it is tried with a search domain as well. A device without name servers, or without a way to public ones, gets
 * none: the engine would send every look-up to servers of the internet.
 */
export function planResolver({ resolvConf, systemd, routes, daemon }: ResolverFiles): Resolver {
  if (resolvConf === null || namesServers(daemon ?? '')) return { servers: null, options };
  const listed = serversIn(resolvConf);
  const own = listed.filter(isReached);
  const isStub = own.length === 0 && listed.includes('127.0.0.53');
  const known = isStub ? serversIn(systemd ?? '') : listed;
  const reached = known.filter(isReached);
  if (reached.length > 0) return { servers: fewOf(reached, resolvConf), options };
  const goesOut = known.length > 0 && hasDefaultRoute(routes ?? '');
  return { servers: [goesOut ? publicServer : nobody], options };
}

/** The resolver of a container in the network of its device, which reaches what the device reaches; as fast. */
export function planSharedResolver(resolvConf: string | null): Resolver {
  const listed = serversIn(resolvConf ?? '');
  return { servers: listed.length === 0 ? null : fewOf(listed, resolvConf ?? ''), options };
}

/** Reads what the plans need. A file that cannot be read counts as missing. */
export async function resolverOf(shell: Shell, network: 'own' | 'host'): Promise<Resolver> {
  const text = (path: string) =>
    shell.read(path).then(
      (content) => content?.toString() ?? null,
      () => null,
    );
  if (network === 'host') return planSharedResolver(await text('/etc/resolv.conf'));
  const [resolvConf, systemd, routes, daemon] = await Promise.all([
    text('/etc/resolv.conf'),
    text('/run/systemd/resolve/resolv.conf'),
    text('/proc/net/route'),
    text('/etc/docker/daemon.json'),
  ]);
  return planResolver({ resolvConf, systemd, routes, daemon });
}

/** As many servers as a second each allows: a name is tried twice with a search domain. */
function fewOf(servers: readonly string[], resolvConf: string): string[] {
  const searches = /^\s*(search|domain)\s+[^\s.#;]/m.test(resolvConf);
  return servers.slice(0, searches ? 1 : 2);
}

/** Whether the engine's settings (daemon.json) name the servers of all containers: somebody chose them. */
function namesServers(daemon: string): boolean {
  try {
    const { dns } = JSON.parse(daemon) as { dns?: unknown };
    return Array.isArray(dns) && dns.length > 0;
  } catch {
    return false;
  }
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
