import { isIPv6 } from 'node:net';
import { keyPlace, type Login } from './login.js';
import { commandLine } from './quote.js';

/**
 * The command with which a user copies a folder of a device into a folder here, by OpenSSH's scp: with the same key and
 * known hosts as collab's connection. For jump hosts, scp reads the user's own known hosts.
 */
export function scpCommand(login: Login, knownHostsPath: string, folder: string, into: string): string {
  const { host, port, user, keyPath, via = [] } = login;
  const place = keyPlace(login);
  const hops = via.map((hop) => `${hop.user}@${inUrl(hop.host)}:${hop.port}`).join(',');
  return commandLine([
    'scp',
    '-rp',
    '-P',
    String(port),
    '-o',
    `UserKnownHostsFile="${knownHostsPath}"`,
    ...(place.host === host ? [] : ['-o', `HostKeyAlias=${place.host.toLowerCase()}`]),
    ...(keyPath == null ? [] : ['-i', keyPath]),
    ...(hops === '' ? [] : ['-J', hops]),
    `${user}@${inUrl(host)}:${folder}`,
    `${into}/`,
  ]);
}

const inUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host);
