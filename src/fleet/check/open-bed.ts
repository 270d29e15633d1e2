import { hostPort } from '../broker/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import {
  CredentialStore,
  type OwnedFleet,
  type RandomBytes,
  serverNameOf,
  systemRandom,
} from '../credentials/index.js';
import {
  addFleetUser,
  fleetClient,
  type FleetContext,
  type FleetMember,
  type FleetRecord,
  localPrograms,
  openFleetSite,
  type OpenSite,
  partsOf,
  removeFleetUser,
  rotateGossipKey,
  settingsOf,
} from '../install/index.js';
import { detection, gossipParameters, MemberClient } from '../membership/index.js';
import type { DrillBed, DrillMember, NetworkActs } from './drill.js';
import { PutBack } from './put-back.js';
import { startStranger } from './stranger-process.js';
import { Views } from './views.js';

/** How a check is done. */
export interface BedOptions {
  /** Names of members; all if undefined. */
  only?: readonly string[] | undefined;
  connections: number;
  network?: NetworkActs | null | undefined;
}

/** A fleet that is open for drills. Dispose of it when done. */
export interface OpenBed extends AsyncDisposable {
  bed: DrillBed;
  /** Members that cannot be worked on, and why. */
  failures: OpenSite['failures'];
}

/** @throws CollabError `fleet-member-unknown`, or `check-no-members` if none of them can be worked on */
export async function openBed(
  record: FleetRecord,
  credentials: OwnedFleet,
  options: BedOptions,
  context: FleetContext,
): Promise<OpenBed> {
  const picked = pickedMembers(record, options.only);
  const open = await openFleetSite(record, picked, context);
  const token = await credentials.token();
  const members = open.reached.map((member) => drillMember(member, record, { ca: credentials.ca, token }));
  const nowMs = () => performance.now();
  const views = new Views(members, context.clock, nowMs);
  const random = systemRandom;
  // What is put back after Ctrl-C must not end with it.
  const lasting: FleetContext = { ...context, signal: new AbortController().signal };
  const parameters = gossipParameters(settingsOf(record), record.members.length);
  const bed: DrillBed = {
    members,
    views,
    acts: open.site,
    users: users(record, random, lasting),
    rotate: () => rotate(record, credentials, open, lasting),
    gossipKeys: () => credentials.gossipKeys(),
    startStranger: (as) =>
      startStranger(as, {
        program: async () => (await localPrograms(context)).member,
        members: open.reached,
        clock: context.clock,
      }),
    network: options.network ?? null,
    detection: detection(parameters, Math.max(2, record.members.length)),
    publicRead: record.settings.public_read,
    connections: options.connections,
    putBack: new PutBack(),
    clock: context.clock,
    nowMs,
    random,
    signal: context.signal,
  };
  const dispose = async () => {
    await views.end();
    await open[Symbol.asyncDispose]();
  };
  if (members.length === 0) {
    await dispose();
    throw noMembers(open);
  }
  views.begin();
  return { bed, failures: open.failures, [Symbol.asyncDispose]: dispose };
}

function drillMember(
  member: FleetMember,
  { keepers }: FleetRecord,
  { ca, token }: { ca: string; token: string },
): DrillMember {
  const { id, name, address, http_port: port } = member;
  const place = hostPort(address, port);
  return {
    id,
    name,
    member,
    isKeeper: keepers.ids.includes(id),
    client: fleetClient(member, ca, token),
    as: (other) => new MemberClient({ address: place, name, ca, servername: serverNameOf(id), token: other }),
  };
}

function users(record: FleetRecord, random: RandomBytes, context: FleetContext): DrillBed['users'] {
  return {
    async add() {
      const name = `check-${random(4).toString('hex')}`;
      const { token } = await addFleetUser(record, { name, role: 'user' }, context);
      return { name, token };
    },
    async remove(name) {
      const { users: known } = await (
        await new CredentialStore(context.workspace).openOwned(record.name)
      ).access();
      if (known.some((user) => user.name === name)) await removeFleetUser(record, name, context);
    },
  };
}

/** Rotates on the members that are open; of a rotation that ends in the middle, the next one does the rest. */
async function rotate(
  record: FleetRecord,
  credentials: OwnedFleet,
  open: OpenSite,
  context: FleetContext,
): Promise<void> {
  const { failures } = await rotateGossipKey(open, await partsOf(record, credentials), context);
  const [first] = failures;
  if (first !== undefined) throw first.error;
}

function pickedMembers(record: FleetRecord, only: readonly string[] | undefined): readonly FleetMember[] {
  if (only === undefined) return record.members;
  const unknown = only.filter((name) => !record.members.some((member) => member.name === name));
  if (unknown.length === 0) return record.members.filter(({ name }) => only.includes(name));
  throw new CollabError('fleet-member-unknown', {
    what: `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not in the fleet ${record.name}.`,
    why: `Its members are ${record.members.map(({ name }) => name).join(', ')}.`,
    next: 'See them: collab fleet status',
    exitCode: ExitCode.usage,
  });
}

function noMembers({ failures }: OpenSite): CollabError {
  return new CollabError('check-no-members', {
    what: 'No member of the fleet can be worked on.',
    why: failures.map(({ member, error }) => `${member.name}: ${error.what}`).join('\n'),
    next: 'See what is wrong: collab fleet status',
    exitCode: ExitCode.deviceUnreachable,
  });
}
