import { type FleetCost, formatBytes, type MembershipSettings } from '../../index.js';
import { table } from './table.js';

/** What a fleet of a size costs, and how soon it finds a failure, beside a server that asks everyone. */
export function fleetCostText(cost: FleetCost, settings: MembershipSettings, members: number): string {
  const { probe, pushPull, central, detection, gossip } = cost;
  const perMember = probe.bytesPerS + pushPull.bytesPerS;
  const rows = [
    ['Traffic of each member', rate(perMember), rate(central.member.bytesPerS)],
    ['- pings and answers (UDP)', rate(probe.bytesPerS), rate(central.member.bytesPerS)],
    ['- comparing lists (TCP)', rate(pushPull.bytesPerS), '-'],
    ['Traffic at the server', 'no server', rate(central.server.bytesPerS)],
    [
      'Traffic of all together',
      rate(cost.fleetBytesPerS),
      rate(central.server.bytesPerS + members * central.member.bytesPerS),
    ],
  ];
  return [
    `${members} members, profile ${settings.profile}: a ping every ${settings.pingEveryMs} ms`,
    '',
    ...(detection === null
      ? ['One member alone has nobody to find a failure.']
      : [
          `A killed member is suspected after ${seconds(detection.suspectS)} and known to have failed`,
          `by all others after ${seconds(detection.knownMedianS)} (median; at most ${seconds(detection.boundS)} if no packet is lost).`,
        ]),
    '',
    table(['', 'THIS FLEET', 'A SERVER THAT ASKS ALL EACH SECOND'], rows),
    '',
    `Sent, with the headers of IP; as much is received. Each change of a member's state adds ${formatBytes(Math.round(gossip.payloadBytesPerMember))}`,
    `per member, once. Lists are compared every ${seconds(pushPull.everyS)}, with ${formatBytes(Math.round(pushPull.stateBytes))} each time.`,
  ].join('\n');
}

const rate = (bytesPerS: number) => `${formatBytes(Math.round(bytesPerS))}/s`;
const seconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
