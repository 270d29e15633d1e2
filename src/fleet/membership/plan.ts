import { type Detection, detection } from './detection.js';
import { packetSizes, stateBytes, tcpOverheadBytes, udpHeaderBytes } from './packet-sizes.js';
import { gossipParameters, type MembershipSettings } from './settings.js';

export interface CostQuestion {
  members: number;
  settings: MembershipSettings;
  /** What each member says about itself: name, tags, hardware; about 100 bytes. */
  metadataBytes: number;
  /** Size of the access document; 0 without one. */
  accessBytes?: number;
  /** Default true: only members on one machine may gossip without. */
  isEncrypted?: boolean;
}

/** What one member sends in the mean. It receives as much. */
export interface Rate {
  packetsPerS: number;
  /** As `GET /info` counts it. */
  payloadBytesPerS: number;
  /** With the headers of IP and UDP or TCP. */
  bytesPerS: number;
}

export interface FleetCost {
  /** Null for one member alone. */
  detection: Detection | null;
  /** UDP: the pings that a member sends, and its answers to others. Does not depend on the number of members. */
  probe: Rate;
  /** UDP: news. None while nothing changes, so this is for one change of a member's state. */
  gossip: {
    /** How often each member sends a piece of news. */
    sendsPerMember: number;
    payloadBytesPerMember: number;
    /** How long until all know it. */
  };
  /** TCP: two members compare all that they know. The state grows with the number of members. */
  pushPull: Rate & { everyS: number; stateBytes: number };
  /** All members together, without changes. */
  fleetBytesPerS: number;
  /** A server that pings each member every second instead, with messages of the same size. */
  central: {
    /** What the server sends; it receives as much. */
    server: Rate;
    /** What each member sends. */
    member: Rate;
  };
}

/** memberlist's pushPullScaleThreshold. */
const pushPullThreshold = 32;
const serverPingsPerS = 1;

/** What watching over a fleet costs when nothing changes, and how soon a change is known. Pure; `bench/membership` measures the same. */
export function planCost(question: CostQuestion): FleetCost {
  const { members, settings, metadataBytes, accessBytes = 0, isEncrypted = true } = question;
  const parameters = gossipParameters(settings, members);
  const sizes = packetSizes(metadataBytes, isEncrypted);
  // In the mean each member is pinged as often as it pings.
  const pingsPerS = members < 2 ? 0 : 1000 / parameters.pingEveryMs;
  const probe = udpRate(2 * pingsPerS, pingsPerS * (sizes.ping + sizes.ack));
  const sends = parameters.retransmitMult * Math.ceil(Math.log10(members + 1));

  const everyS = (pushPullScale(members) * parameters.pushPullEveryMs) / 1000;
  const state = stateBytes(members, metadataBytes, accessBytes, isEncrypted);
  // Each member starts one in that time, and answers one in the mean.
  const perS = members < 2 ? 0 : 2 / everyS;
  const pushPull = {
    everyS,
    stateBytes: state,
    packetsPerS: (perS * tcpOverheadBytes(state)) / tcpOverheadBytes(0) / 2,
    payloadBytesPerS: perS * state,
    bytesPerS: perS * (state + tcpOverheadBytes(state)),
  };
  return {
    detection: members < 2 ? null : detection(parameters, members),
    probe,
    gossip: { sendsPerMember: sends, payloadBytesPerMember: sends * sizes.suspect },
    pushPull,
    fleetBytesPerS: members * (probe.bytesPerS + pushPull.bytesPerS),
    central: {
      server: udpRate(members * serverPingsPerS, members * serverPingsPerS * sizes.ping),
      member: udpRate(serverPingsPerS, serverPingsPerS * sizes.ack),
    },
  };
}

/**
 * How often a healthy member is suspected, in the whole fleet in an hour, where a share of the packets gets lost. SWIM, section
 * 3.1: a ping fails if it or its answer is lost (2 packets) and so are all indirect ones (4 packets each). This is what more
 * indirect checks improve. It is an upper bound: memberlist also tries TCP, which repeats lost packets. And a suspect fails only
 * if it cannot refute in time: `cleanup` and the gossip to it stand between.
 */
export function suspicionsPerHour(settings: MembershipSettings, members: number, lostShare: number): number {
  const { pingEveryMs, indirectChecks } = gossipParameters(settings, members);
  const helpers = Math.min(indirectChecks, Math.max(0, members - 2));
  const arrives = 1 - lostShare;
  const failing = (1 - arrives ** 2) * (1 - arrives ** 4) ** helpers;
  return members < 2 ? 0 : members * (3_600_000 / pingEveryMs) * failing;
}

/** By how much longer the interval of push/pull is in a large fleet (pushPullScale in util.go). */
function pushPullScale(members: number): number {
  if (members <= pushPullThreshold) return 1;
  return Math.ceil(Math.log2(members) - Math.log2(pushPullThreshold)) + 1;
}

function udpRate(packetsPerS: number, payloadBytesPerS: number): Rate {
  return { packetsPerS, payloadBytesPerS, bytesPerS: payloadBytesPerS + packetsPerS * udpHeaderBytes };
}
