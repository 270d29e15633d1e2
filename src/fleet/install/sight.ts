import { anyMember, type Member } from '../membership/index.js';
import type { KnownFleet } from './open-fleet.js';
import { type FleetStatus, settled } from './status.js';

/** The members of a fleet as they are now, as far as who asks is told. The owner's `FleetStatus` is one, with more. */
export interface MembersSight extends Pick<FleetStatus, 'viewOf' | 'strangers'> {
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
 * What a user without the fleet's record sees: the members that one of them names, and what each says itself.
 * Members that failed or left are not asked.
 * @throws CollabError as `anyMember` if none answers
 */
export async function membersSight(
  { clients, clientOf }: Pick<KnownFleet, 'clients' | 'clientOf'>,
  signal: AbortSignal,
): Promise<MembersSight> {
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
  };

  async function saidBy(one: Member) {
    if (one.state === 'failed' || one.state === 'left') return { info: null, error: null };
    return settled(clientOf(one).until(signal).info());
  }
}
