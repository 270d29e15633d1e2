import { CollabError } from '../../errors.js';
import { type BrokerSystem, connectSystem, isServerOf } from '../broker/index.js';
import type { FleetParts } from './apply.js';
import { systemAccess } from './broker-access.js';
import type { FleetContext } from './open-site.js';
import type { MemberActs } from './site.js';

/** An election takes 4 to 9 s, and one that is undecided is repeated. */
const formedWithinMs = 20_000;
const mostRestarts = 3;
const lookMs = 500;

/**
 * Waits until the servers of some keepers are one cluster: they have a leader, and it hears all of them. If one answers and is
 * not part of it, it is started again: servers (2.10.27) that connect to each other at the same time can lose track of what the
 * other subscribed to, and then stay apart forever (later versions of nats-server fix such a race: its commit ad59418).
 * @param ids of the keepers that run now
 * @throws CollabError `store-unreachable` if they have no leader
 */
export async function awaitCluster(
  parts: Pick<FleetParts, 'record' | 'credentials'>,
  ids: readonly string[],
  site: Pick<MemberActs, 'kill' | 'revive'>,
  { emit, signal, clock }: Pick<FleetContext, 'emit' | 'signal' | 'clock'>,
): Promise<void> {
  if (ids.length === 1) return;
  const { generation } = parts.record.keepers;
  const isOf = (id: string) => (one: { server: string }) => isServerOf(one.server, id, generation);
  for (let count = 0; ; count += 1) {
    await using system = await connectSystem(await systemAccess(parts, ids), { patienceMs: formedWithinMs });
    const untilMs = clock.now().getTime() + formedWithinMs;
    let current: Current;
    do {
      signal.throwIfAborted();
      current = await currentOf(system);
      if (current.error === null && ids.every((id) => current.peers.some(isOf(id)))) return;
      await clock.sleep(lookMs, signal);
    } while (clock.now().getTime() < untilMs);
    const answering = (await system.servers()).map(({ name }) => ({ server: name }));
    // Of those that are apart, or of all if nobody leads.
    const apart = ids.filter((id) => answering.some(isOf(id)) && !current.peers.some(isOf(id)));
    const member = parts.record.members.find(({ id }) => id === apart.at(-1));
    if (member === undefined || answering.length <= ids.length / 2 || count === mostRestarts) {
      // What the others hold can be used without it.
      if (current.error === null) return;
      throw current.error;
    }
    const why = 'the other brokers do not hear this one, so it is started again';
    emit({ kind: 'fleet.changing', member: member.name, why });
    await site.kill(member);
    await site.revive(member);
  }
}

interface Current {
  peers: readonly { server: string }[];
  /** Why there is no leader. */
  error: CollabError | null;
}

async function currentOf(system: BrokerSystem): Promise<Current> {
  try {
    return { peers: (await system.peers()).filter(({ isCurrent }) => isCurrent), error: null };
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
    return { peers: [], error };
  }
}
