import { CollabError, ExitCode } from '../../errors.js';
import { chooseInterfaces } from './interfaces.js';
import { scanRange } from './scan-range.js';

/**
 * The error when a search found nothing: which interfaces were asked, and the likely causes.
 * @param interfaces names as they were given to `discover`
 */
export function nothingFound(interfaces: readonly string[], scanned: boolean): CollabError {
  const networks = chooseInterfaces(interfaces);
  const asked = networks.map((network) => `${network.name} (${network.address}/${network.prefix})`);
  const subnets = networks.map((network) => scanRange(network).subnet);
  const causes = [
    'the devices are off, or on another network: look at the addresses above',
    'no mDNS responder on them: sudo apt-get install avahi-daemon, with the service file of docs/own-boards.md',
    'a router, an access point (client isolation) or a firewall that does not pass multicast (UDP port 5353)',
    ...(scanned ? ['no sshd on port 22 of them, or a firewall before it'] : []),
  ];
  return new CollabError('nothing-found', {
    what: `No device answered on ${networks.map(({ name }) => name).join(', ')}.`,
    why: [
      `Asked by mDNS for ssh, collab and workstations on: ${asked.join(', ')}`,
      ...(scanned ? [`Tried port 22 of every address of: ${subnets.join(', ')}`] : []),
      'Likely causes:',
      ...causes.map((cause) => `- ${cause}`),
    ].join('\n'),
    next: scanned
      ? 'Name the devices: collab setup --device user@address'
      : 'Try port 22 of every address there with --scan, or name the devices: collab setup --device user@address',
    exitCode: ExitCode.deviceUnreachable,
  });
}
