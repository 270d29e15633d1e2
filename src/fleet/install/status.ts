import { CollabError, ExitCode } from '../../errors.js';
import { systemClock } from '../../events.js';
import type { KeptConnections, Member, MemberInfo } from '../membership/index.js';
import type { OwnedFleet } from '../credentials/index.js';
import { askBroker, type BrokerAnswer } from './ask-broker.js';
import { healthOf, type Placement, type StoreHealth } from '../files/index.js';
import type { DrainStatus, FleetJobs } from '../jobs/index.js';
import { fleetClient } from './clients.js';
import { serverIds } from './keeper-sets.js';
import { knownFleet } from './open-fleet.js';
import { openFleetJobs } from './open-store.js';
import { type FleetMember, type FleetRecord, isReplicated } from './record.js';

/** A member of a fleet as it is now: what it says itself, and what the others say. */
export interface MemberStatus {
  member: FleetMember;
  /** Null if it does not answer here; then `error` says why. */
  info: MemberInfo | null;
  error: CollabError | null;
  /** As the first member that answered sees it; null if it does not know it, or if none answered. */
  seen: Member | null;
  /** Of a keeper: whether its broker answers. Null for other members. */
  broker: BrokerAnswer | null;
}

export interface FleetStatus {
  record: FleetRecord;
  /** The member whose view `seen` is; null if none answers. */
  viewOf: string | null;
  replicated: boolean;
  members: readonly MemberStatus[];
  /** Members that others see and that this machine does not know: joined by hand, or added elsewhere. */
  strangers: readonly Member[];
  /** How files are kept; null if nobody tells. Then `storeFault` says why; both are null while there is no store. */
  store: StoreHealth | null;
  storeFault: CollabError | null;
  /** Members that get no tasks; null if the leader of jobs does not say. */
  drains: readonly DrainStatus[] | null;
}

/** What is asked of the keepers. */
export interface StoreAsked {
  /** Where the replicas are. */
  placement: (signal: AbortSignal) => Promise<Placement>;
  /** The members that get no tasks; null if the leader of jobs does not say. */
  drains: (signal: AbortSignal) => Promise<FleetStatus['drains']>;
}

/** What the keepers say. */
export type StoreSight = Pick<FleetStatus, 'store' | 'storeFault' | 'drains'>;

/** For how long the store is asked: less than a user waits for a status. */
const storePatienceMs = 4000;
const asking = { patienceMs: 0, answerMs: storePatienceMs };

/** Asks every member at once what it says, one what it sees, and the store how it is. */
export async function fleetStatus(
  record: FleetRecord,
  credentials: OwnedFleet,
  signal: AbortSignal,
): Promise<FleetStatus> {
  const [members, store] = await Promise.all([
    membersStatus(record, credentials, signal),
    storeStatus(record, credentials, signal),
  ]);
  return { ...members, ...store };
}

/** Asks every member at once what it says, and one what it sees. @param kept for whoever asks again and again */
export async function membersStatus(
  record: FleetRecord,
  credentials: OwnedFleet,
  signal: AbortSignal,
  kept?: KeptConnections,
): Promise<Omit<FleetStatus, keyof StoreSight>> {
  const token = await credentials.token();
  const clients = record.members.map((member) => ({
    member,
    client: fleetClient(member, credentials.ca, token, kept).until(signal),
  }));
  const answers = await Promise.all(
    clients.map(async ({ member, client }) => {
      const isKeeper = serverIds(record).includes(member.id);
      const [info, broker] = await Promise.all([settled(client.info()), isKeeper ? askBroker(member) : null]);
      return { member, broker, ...info };
    }),
  );
  // One that has left sees nobody.
  const said = answers.filter(({ info }) => info !== null);
  const { member: seer } = said.find(({ info }) => info?.phase !== 'left') ?? said[0] ?? {};
  const first = clients.find(({ member }) => member === seer);
  const list = first === undefined ? null : await first.client.members().catch(() => null);
  const seen = list?.members ?? [];
  return {
    record,
    viewOf: list === null ? null : (first?.member.name ?? null),
    replicated: isReplicated(record),
    members: answers.map((one) => ({ ...one, seen: seen.find(({ id }) => id === one.member.id) ?? null })),
    strangers: seen.filter(({ id }) => !record.members.some((member) => member.id === id)),
  };
}

async function storeStatus(
  record: FleetRecord,
  credentials: OwnedFleet,
  signal: AbortSignal,
): Promise<StoreSight> {
  try {
    const known = knownFleet(record, credentials, await credentials.token());
    const context = { clock: systemClock, random: () => Math.random() };
    await using jobs = await openFleetJobs(known, context, { patienceMs: storePatienceMs });
    const [placement, drains] = await Promise.all([jobs.store.placement(signal), drainsOf(jobs, signal)]);
    return { store: healthOf(placement), storeFault: null, drains };
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    return { store: null, storeFault: error, drains: null };
  }
}

/** How the store is, or why nobody says it. */
export async function storeSight(
  { placement, drains }: StoreAsked,
  signal: AbortSignal,
): Promise<StoreSight> {
  const patience = AbortSignal.timeout(storePatienceMs);
  const until = AbortSignal.any([signal, patience]);
  try {
    const [found, drained] = await Promise.all([placement(until), drains(until)]);
    return { store: healthOf(found), storeFault: null, drains: drained };
  } catch (error) {
    const unknown = { store: null, drains: null };
    if (patience.aborted && !signal.aborted) return { ...unknown, storeFault: storeSilent() };
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    return { ...unknown, storeFault: error };
  }
}

const storeSilent = () =>
  new CollabError('store-unreachable', {
    what: `The keepers do not say how the store is: no answer within ${storePatienceMs / 1000} s.`,
    next: 'Look after the keepers with: collab fleet members',
    exitCode: ExitCode.deviceUnreachable,
  });

/** The members that get no tasks, as the leader says now; null if it does not. */
export async function drainsOf(jobs: FleetJobs, signal: AbortSignal): Promise<DrainStatus[] | null> {
  try {
    return await jobs.drains.list({ signal, ...asking });
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    return null;
  }
}

/** What a member says of itself, or why it does not. */
export async function settled(asked: Promise<MemberInfo>): Promise<Pick<MemberStatus, 'info' | 'error'>> {
  try {
    return { info: await asked, error: null };
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    return { info: null, error };
  }
}
