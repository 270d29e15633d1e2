import type { FleetMember } from './record.js';

/** A file of a member's state, below its state folder. */
export interface StateFile {
  path: string;
  content: string;
  /** 0600 for what is secret. */
  mode: number;
  /** Its name says its content: one that is there is the same. */
  isNamedByContent?: boolean;
  /** Whether what is there stays, because programs of the member write it too. */
  isKept?: (there: string) => boolean;
}

/** The programs of a member: the member program on all, nats-server on keepers, the agent wherever there is Node.js. */
export const serviceNames = ['member', 'nats', 'agent'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Everything that a member needs beside the programs. */
export interface MemberSetup {
  member: FleetMember;
  /** Arguments of each program that runs there all the time. */
  services: Partial<Record<ServiceName, readonly string[]>>;
  files: readonly StateFile[];
  /** What the member program says of its arguments: a member that still runs with others says something else. */
  mark: string;
  /** Changes when anything above does. */
  hash: string;
}

/** What a site has of a member. */
export interface SeenMember {
  /** `none`: nothing is there. */
  state: 'none' | 'stopped' | 'running';
  /** Hash of the setup that it was given; null without one. */
  hash: string | null;
  /** What it was started from: the image's id, or a hash of the programs. Null without one. */
  programs: string | null;
  /** Whether what cannot be changed on a running member differs (mounts of its container). */
  isOfOtherForm: boolean;
}

/** Hard acts on one member, to see what the others make of it. All programs of the member are meant, a keeper's broker too. */
export interface MemberActs {
  /** Ends it as a loss of power does, without a goodbye. Nothing starts it again by itself. */
  kill(member: FleetMember): Promise<void>;
  /** Ends it in order: it tells the others. */
  stop(member: FleetMember): Promise<void>;
  /** Freezes it. */
  pause(member: FleetMember): Promise<void>;
  /** Lets it go on if it is paused. */
  unpause(member: FleetMember): Promise<void>;
  /** Starts it again as it was, if it does not run. */
  revive(member: FleetMember): Promise<void>;
}

/** Where members run: containers on the devices of a LAN, or processes on this machine. */
export interface FleetSite extends MemberActs {
  /** What members are started from here now. */
  programsOf(member: FleetMember): string;
  /** The member's state folder as its programs see it. */
  folderOf(member: FleetMember): string;
  look(member: FleetMember): Promise<SeenMember>;
  /** Starts a member that is not there, or is stopped. */
  start(setup: MemberSetup): Promise<void>;
  /** Gives a running member another setup. Programs whose command changed are restarted, the others go on. */
  change(setup: MemberSetup): Promise<void>;
  /** Starts it again from other programs; its state stays. */
  replace(setup: MemberSetup): Promise<void>;
  /** Ends it. @param purge removes its state too */
  remove(member: FleetMember, purge: boolean): Promise<void>;
}
