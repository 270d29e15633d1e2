import { CollabError, ExitCode } from '../../errors.js';
import { chooseInterfaces } from './interfaces.js';
import { scanRange } from './scan-range.js';

/**
 * The error for a search without results: the searched interfaces and the likely causes.
 * @param interfaces the names that were passed to `discover`
 */
export function nothingFound(interfaces: readonly string[], scanned: boolean): CollabError {
  const networks = chooseInterfaces(interfaces);
  const asked = networks.map((network) => `${network.name} (${network.address}/${network.prefix})`);
  const subnets = networks.map((network) => scanRange(network).subnet);
  const causes = [
    'the devices are off, or on another network: check the addresses above',
    'the devices have no mDNS responder: sudo apt-get install avahi-daemon, with the service file that is in: collab docs own-boards',
    'a router, an access point (client isolation) or a firewall blocks multicast (UDP port 5353)',
    ...(scanned ? ['the devices have no sshd on port 22, or a firewall blocks it'] : []),
  ];
  return new CollabError('nothing-found', {
    what: `No device answered on ${networks.map(({ name }) => name).join(', ')}.`,
    why: [
      `Searched by mDNS for ssh, collab and workstations on: ${asked.join(', ')}`,
      ...(scanned ? [`Tried port 22 of every address in: ${subnets.join(', ')}`] : []),
      'Likely causes:',
      ...causes.map((cause) => `- ${cause}`),
    ].join('\n'),
    next: scanned
      ? 'Name the devices: collab setup --device user@address'
      : 'Try port 22 of every address with --scan, or name the devices: collab setup --device user@address',
    exitCode: ExitCode.deviceUnreachable,
  });
}
