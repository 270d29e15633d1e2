/**
 * What one member of a fleet sees of the others. Nobody has the whole truth: two members may differ for a few seconds after
 * a change, and after a split of the network each side sees the other as failed.
 */

/**
 * - `suspect`: it did not answer, neither directly nor through others. It can still refute that.
 * - `failed`: it was suspect for too long, and nobody heard of it.
 * - `left`: it said goodbye, or was removed from the fleet.
 */
export type MemberState = 'alive' | 'suspect' | 'failed' | 'left';

/** One member, as the member that was asked sees it. All ages are measured there, with its monotonic clock. */
export interface Member {
  /** 20 hex digits. */
  id: string;
  /** For people, e.g. `nano1`. */
  name: string;
  state: MemberState;
  /** How long it has been in this state. */
  stateS: number;
  /** How long ago the asked member had any sign of life of it; null if it never had one. */
  heardS: number | null;
  /** Where it gossips, `ip:port`. */
  address: string;
  /** Port of its HTTP API, at the same address. */
  httpPort: number;
  tags: readonly string[];
  /** As Docker names it, e.g. `arm64`. */
  architecture: string;
  cores: number;
  memoryBytes: number;
  /** E.g. `cuda`; null if it has none. */
  accelerator: string | null;
  /** Version of its program. */
  version: string;
  /** Whether it also holds queue and files. */
  keeper: boolean;
  /** Port of its broker for clients, at the same address; null where none runs, and of members of an earlier version. */
  brokerPort: number | null;
}

/** All members that one member knows, with itself, and with those that failed or left a short time ago. */
export interface MemberList {
  /** The id of the member that was asked. */
  self: string;
  /** Name of the fleet; null if the member has no access document yet. */
  fleet: string | null;
  /** By name. */
  members: readonly Member[];
}

/**
 * - `joining`: it tries the addresses that it knows
 * - `joined`: it sees at least one other
 * - `alone`: it knows no address to try
 * - `refused`: another member claims its identity, see {@link MemberInfo.refused}
 * - `left`: it left on purpose and waits to be told to join
 */
export type MemberPhase = 'joining' | 'joined' | 'alone' | 'refused' | 'left';

/** Who holds the device of a member for an experiment. */
export interface MemberLease {
  who: string;
  host: string;
  /** Id of the run; null if a person holds the device. */
  run: string | null;
  reason: string | null;
  leftS: number;
}

/** Null where the device does not tell. */
export interface MemberLoad {
  load1: number | null;
  /** Of all cores together; null before it was measured twice. */
  cpuPercent: number | null;
  memoryAvailableBytes: number | null;
  memoryTotalBytes: number | null;
  temperatureC: number | null;
  powerW: number | null;
}

/** Payload of the membership protocol since the program was started: without the headers of UDP, TCP and IP. */
export interface MemberTraffic {
  udpSentBytes: number;
  udpSentPackets: number;
  udpReceivedBytes: number;
  udpReceivedPackets: number;
  tcpSentBytes: number;
  tcpReceivedBytes: number;
}

/** What a member says about itself. */
export interface MemberInfo {
  self: Member;
  phase: MemberPhase;
  /** Why it cannot join: a member at `theirs` has the id or the name of this one, which is at `ours`. */
  refused: { name: string; theirs: string; ours: string } | null;
  /** Version of its HTTP API. Newer ones only add keys. */
  protocol: number;
  fleet: string | null;
  /** Version of the access document that it has; 0 without one. */
  accessVersion: number;
  /** The first 8 hex digits of the SHA-256 of each gossip key; the first is used to encrypt. Empty: no encryption. */
  gossipKeys: readonly string[];
  uptimeS: number;
  counts: Readonly<Record<MemberState, number>>;
  load: MemberLoad;
  /** Null if nobody holds the device, or the member does not look after leases. */
  lease: MemberLease | null;
  /** The text that it was started with, to know its settings again; empty without one. */
  setup: string;
  /** The settings that it runs with, by the name of the flag with underscores, e.g. `ping_every_ms`. */
  settings: Readonly<Record<string, number | string | boolean | null>>;
  traffic: MemberTraffic;
  memoryRssBytes: number;
}

/** The membership of a fleet, seen through one of its members. Every rejection is a CollabError. */
export interface Membership {
  members(): Promise<MemberList>;

  info(): Promise<MemberInfo>;

  /**
   * The list, and again after each change of a member's state, address or description. `stateS` is right in every snapshot;
   * `heardS` is as old as the last word about that member. Ends when the signal aborts.
   */
  watch(signal: AbortSignal): AsyncIterable<MemberList>;

  /**
   * Lets the member join through another one, or, after a leave, through those that it knows.
   * @param address `ip:port` of gossip; null: those that it knows
   * @returns the number of members that it could reach; 0 is no error, because it tries again for ever
   */
  join(address: string | null): Promise<number>;

  /** Lets the member leave: the others see `left`, not `failed`. It stays away, also after a restart, until it joins again. */
  leave(): Promise<void>;
}
