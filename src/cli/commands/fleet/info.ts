import { openFleet } from '../../../index.js';
import { chosenFleet, fleetMember, type FleetOptions, openSession } from '../../session/index.js';
import { leaseResult, loadResult, memberInfoText } from '../../text/index.js';

/** `collab fleet info [member]`: what a member says about itself. */
export async function fleetInfo(name: string | undefined, flags: FleetOptions): Promise<void> {
  const { workspace, print } = openSession(flags);
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  const info = await (await fleetMember(fleet, name)).info();
  const { self, traffic, ...rest } = info;
  print(memberInfoText(info), {
    id: self.id,
    name: self.name,
    address: self.address,
    http_port: self.httpPort,
    version: self.version,
    keeper: self.keeper,
    broker_port: self.brokerPort,
    tags: self.tags,
    phase: rest.phase,
    refused: rest.refused,
    protocol: rest.protocol,
    fleet: rest.fleet,
    access_version: rest.accessVersion,
    gossip_keys: rest.gossipKeys,
    uptime_s: rest.uptimeS,
    counts: rest.counts,
    load: loadResult(info),
    lease: leaseResult(info),
    settings: rest.settings,
    traffic: {
      udp_sent_bytes: traffic.udpSentBytes,
      udp_received_bytes: traffic.udpReceivedBytes,
      tcp_sent_bytes: traffic.tcpSentBytes,
      tcp_received_bytes: traffic.tcpReceivedBytes,
    },
    memory_rss_bytes: rest.memoryRssBytes,
  });
}
