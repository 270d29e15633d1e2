import { anyMember, type Member } from '../membership/index.js';
import type { KnownFleet } from './open-fleet.js';
import { type FleetStatus, settled, type StoreAsked, storeSight } from './status.js';

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
