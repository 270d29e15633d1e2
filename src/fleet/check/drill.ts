import type { Clock } from '../../events.js';
import type { RandomBytes } from '../credentials/index.js';
import type { FleetMember, MemberActs } from '../install/index.js';
import type { AskedMember, Detection, Membership } from '../membership/index.js';
import type { PutBack } from './put-back.js';
import type { Views } from './views.js';

/** In the order in which they are done. */
export const drillNames = [
  'view',
  'start',
  'kill',
  'pause',
  'leave',
  'restart',
  'stranger',
  'access',
  'rotate',
  'packets',
  'connections',
  'address',
  'partition',
] as const;
export type DrillName = (typeof drillNames)[number];

/** A number that a drill took, e.g. after how many seconds something was seen. */
export interface Measurement {
  /** For people, e.g. `seen as failed after`. */
  what: string;
  value: number;
  unit: 's' | 'count' | 'bytes';
  /** Name of the member that it is of, if it is of one. */
  member: string | null;
}

/** What a drill found out. */
export interface Findings {
  /** What was not as expected, each a sentence. */
  faults: readonly string[];
  measured: readonly Measurement[];
}

/** Something that is done to a fleet, and what must come of it. */
export interface Drill {
  /** What it does to the fleet, as the user reads it beforehand. */
  does: string;
  /** What must come of it. */
  expected(bed: DrillBed): string;
  /** With fewer members it cannot be done. */
  leastMembers: number;
  /**
   * What it changes, it takes back itself or leaves to `bed.putBack`.
   * @throws NotChecked if it cannot be done here
   */
  run(bed: DrillBed): Promise<Findings>;
}

/** A drill cannot be done here; the message says why. */
export class NotChecked extends Error {}

/** A member that drills work on. */
export interface DrillMember {
  id: string;
  name: string;
  member: FleetMember;
  isKeeper: boolean;
  /** With the token of the owner. */
  client: Membership & AskedMember;
  /** As somebody else sees it; null: without a token. */
  as(token: string | null): Membership;
}

/** A node that does not belong to the fleet. */
export interface Stranger {
  membership: Membership;
  end(): Promise<void>;
}

/** Faults that need the network of the devices. Only where it can be changed from here: in a Lab. */
export interface NetworkActs {
  /** Gives a member's device another address. A second call gives it the first one back. */
  move(member: string): Promise<void>;
  /** Drops everything between two groups of members. */
  cut(one: readonly string[], other: readonly string[]): Promise<void>;
  heal(members: readonly string[]): Promise<void>;
}

/** A fleet to work on, by small contracts, so that drills run on fakes too. */
export interface DrillBed {
  members: readonly DrillMember[];
  /** What each of them sees of the others, all the time. */
  views: Views;
  acts: MemberActs;
  users: {
    /** An ordinary user with a new name. */
    add(): Promise<{ name: string; token: string }>;
    /** No error if there is no such user. */
    remove(name: string): Promise<void>;
  };
  /** Gives the fleet another gossip key. */
  rotate(): Promise<void>;
  gossipKeys(): Promise<readonly string[]>;
  /** Starts a node here that tries to join the members. @throws NotChecked */
  startStranger(as: { id: string; keys: readonly string[] }): Promise<Stranger>;
  /** Null where the network cannot be changed from here. */
  network: NetworkActs | null;
  /** How soon a killed member should be known. */
  detection: Detection;
  /** Anyone may read. */
  publicRead: boolean;
  /** How many connections are opened to one member. */
  connections: number;
  putBack: PutBack;
  clock: Clock;
  /** A monotonic clock. */
  nowMs: () => number;
  random: RandomBytes;
  signal: AbortSignal;
}
