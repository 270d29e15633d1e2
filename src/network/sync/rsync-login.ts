import { resolve } from 'node:path';
import { keyPlace, stationsOf, type Login } from '../ssh/index.js';

/** The name of the device in the generated ssh_config. */
export const deviceHost = 'collab-device';

/**
 * An ssh_config with which OpenSSH logs in like collab's connection: through the same jump hosts, with the same keys and the
 * workspace's known hosts. With `ssh -F`, ssh reads only this file, also for each jump host.
 */
export function sshConfigOf(login: Login, knownHostsPath: string): string {
  const stations = stationsOf(login);
  const names = stations.map((_, index) =>
    index + 1 === stations.length ? deviceHost : `collab-hop-${index + 1}`,
  );
  const hosts = stations.map((station, index) => {
    const { host, port, user, keyPath } = station;
    const place = keyPlace(station);
    return [
      `Host ${names[index] ?? ''}`,
      `HostName ${withTokens(host)}`,
      `Port ${port}`,
      `User ${quoted(user)}`,
      ...(place.host === host ? [] : [`HostKeyAlias ${quoted(place.host.toLowerCase())}`]),
      ...(keyPath ? [`IdentityFile ${withTokens(resolve(keyPath))}`, 'IdentitiesOnly yes'] : []),
      // For jump hosts, ssh sets their own jump hosts with -J.
      ...(index > 0 && index + 1 === stations.length ? [`ProxyJump ${names.slice(0, -1).join(',')}`] : []),
    ].join('\n  ');
  });
  const all = [
    'Host *',
    `UserKnownHostsFile ${withTokens(resolve(knownHostsPath))}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    'UpdateHostKeys no',
    'BatchMode yes',
    'ForwardAgent no',
    'ConnectTimeout 10',
    'ServerAliveInterval 5',
    'ServerAliveCountMax 2',
  ].join('\n  ');
  return `${[...hosts, all].join('\n')}\n`;
}

/** Quotes the value of an option in which percent signs start tokens. */
const withTokens = (value: string) => quoted(value.replaceAll('%', '%%'));

/** Quotes a value for ssh_config(5). */
function quoted(value: string): string {
  if (/[\x00-\x1f]/.test(value)) throw new TypeError('A value for ssh_config contains a control character.');
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
