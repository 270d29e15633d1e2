import { resolve } from 'node:path';
import { keyPlace, stationsOf, type Login } from '../ssh/index.js';

/** The name of the device in that configuration. */
export const deviceHost = 'collab-device';

/**
 * An ssh_config by which OpenSSH logs in as our own connection does, through the same hosts, with the same keys
 * and the workspace's known hosts. With `ssh -F` it is all that ssh reads, on each host of the way as well.
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
      // A host on the way gets its own way from the -J that ssh gives it.
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

/** A value of an option in which percent signs begin tokens. */
const withTokens = (value: string) => quoted(value.replaceAll('%', '%%'));

/** A value in quotes as ssh_config(5) reads it. */
function quoted(value: string): string {
  if (/[\x00-\x1f]/.test(value)) throw new TypeError('A login for ssh_config holds a control character.');
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
