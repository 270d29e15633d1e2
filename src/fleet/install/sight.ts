import { CollabError, ExitCode } from '../../errors.js';
import { healthOf, type Placement } from '../files/index.js';
import { anyMember, type Member } from '../membership/index.js';
import type { KnownFleet } from './open-fleet.js';
import { type FleetStatus, settled, storePatienceMs } from './status.js';

/** A fleet as it is now, as far as who asks is told. The owner's `FleetStatus` is one, with more. */
export interface FleetSight extends Pick<
  FleetStatus,
  'viewOf' | 'strangers' | 'store' | 'storeFault' | 'drains'
> {
  record: {
    members: readonly { id: string; name: string }[];
    keepers: { ids: readonly string[] };
  };
  members: readonly (Pick<FleetStatus['members'][number], 'info' | 'error'> & {
    member: { id: string; name: string };
    /** Null in `stateS`: who tells of it does not know since when it is so. */
    seen: (Omit<Member, 'stateS'> & { stateS: number | null }) | null;
  })[];
}

/** What is asked of the keepers. */
export interface StoreAsked {
  /** Where the replicas are. */
  placement: (signal: AbortSignal) => Promise<Placement>;
  /** The members that get no tasks; null if the leader of jobs does not say. */
  drains: (signal: AbortSignal) => Promise<FleetStatus['drains']>;
}

/**
 * What a user without the fleet's record sees: the members that one of them names, what each says itself, and the store.
 * Members that failed or left are not asked.
 * @throws CollabError as `anyMember` if none answers
 */
export async function fleetSight(
  { clients, clientOf }: Pick<KnownFleet, 'clients' | 'clientOf'>,
  asked: StoreAsked,
  signal: AbortSignal,
): Promise<FleetSight> {
  const store = storeSight(asked, signal);
  const asking = clients.map(({ client }) => client.until(signal));
  const { self, members: seen } = await anyMember(asking, (member) => member.members());
  const members = await Promise.all(
    seen.map(async (one) => ({ member: one, seen: one, ...(await saidBy(one)) })),
  );
  return {
    record: { members: seen, keepers: { ids: seen.filter(({ keeper }) => keeper).map(({ id }) => id) } },
    viewOf: seen.find(({ id }) => id === self)?.name ?? self,
    members,
    strangers: [],
    ...(await store),
  };

  async function saidBy(one: Member) {
    if (one.state === 'failed' || one.state === 'left') return { info: null, error: null };
    return settled(clientOf(one).until(signal).info());
  }
}

/** How the store is, or why nobody says it. */
export async function storeSight(
  { placement, drains }: StoreAsked,
  signal: AbortSignal,
): Promise<Pick<FleetSight, 'store' | 'storeFault' | 'drains'>> {
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
