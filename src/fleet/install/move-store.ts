import { CollabError, ExitCode } from '../../errors.js';
import {
  connectAdmin,
  connectSystem,
  copiedSubject,
  isServerOf,
  membersOfPeers,
  memberOfServer,
  type StreamState,
} from '../broker/index.js';
import {
  awaitReplicas,
  copyStore,
  makeStore,
  readStoreRecord,
  removeGhosts,
  renewLeaders,
  retireServer,
  withoutMajority,
} from '../files/index.js';
import type { FleetParts } from './apply.js';
import { keeperAccess, systemAccess } from './broker-access.js';
import { isCopied, type KeeperSet, runningOf } from './keeper-sets.js';
import type { FleetContext } from './open-site.js';
import type { FleetRecord } from './record.js';
import { storeRecordOf } from './store.js';

/** Time for all replicas to be whole before and after a change. Content that must be sent may take longer, as long as it moves. */
const stillMs = 120_000;

/**
 * Refuses a change of keepers for which files could be lost: of every stream, a majority of the replicas must be whole on the
 * keepers that serve it while the files move. So a keeper that is dead can be exchanged.
 * @param next the fleet after it
 * @throws CollabError `fleet-keepers-degraded`
 */
export async function checkBeforeMove(
  fleet: Pick<FleetParts, 'record' | 'credentials'>,
  next: FleetRecord,
): Promise<void> {
  const { generation, ids } = fleet.record.keepers;
  const serving = isCopied(next.keepers) ? runningOf(next, { generation, ids }) : ids;
  await using store = await connectAdmin(await keeperAccess(fleet, ids));
  refuseLoss(await store.streams(), (server) => !serving.includes(memberOfServer(server) ?? ''));
}

function refuseLoss(streams: readonly StreamState[], isGoing: (server: string) => boolean): void {
  const lacking = withoutMajority(streams, isGoing);
  if (lacking.length === 0) return;
  throw new CollabError('fleet-keepers-degraded', {
    what: 'The keepers were not changed.',
    why: `Too few replicas of the fleet's files are whole: ${lacking.slice(0, 3).join(', ')}${lacking.length > 3 ? ` and ${lacking.length - 3} more of its streams` : ''}.`,
    next: 'Start the keepers that are missing, and wait until collab fleet status shows that all replicas are whole.',
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** What a move does to members. */
interface MoveSteps {
  /** Gives members what they have after the change. */
  settle: (ids: readonly string[]) => Promise<void>;
  /** Waits until the servers of these keepers are one cluster. */
  formed: (ids: readonly string[]) => Promise<void>;
}

/** Moves the files from the keepers of before to the new ones, once the servers of both run. */
export async function moveStore(parts: FleetParts, context: FleetContext, steps: MoveSteps): Promise<void> {
  const { record } = parts;
  const { from } = record.keepers;
  if (from === null) return;
  if (isCopied(record.keepers)) await copyToNew(parts, from, context, steps);
  else await removeLeaving(parts, from, context, steps);
}

async function copyToNew(
  parts: FleetParts,
  before: KeeperSet,
  { emit, signal, clock }: FleetContext,
  { settle, formed }: MoveSteps,
): Promise<void> {
  const { record } = parts;
  const running = runningOf(record, record.keepers);
  // It serves the files that are copied, until they are.
  const last = record.keepers.ids.filter((id) => !running.includes(id));
  await formed(running);
  {
    await using old = await connectAdmin(await keeperAccess(parts, runningOf(record, before)));
    await using store = await connectAdmin(await keeperAccess(parts, running));
    // An earlier `up` got this far and was ended then. Files may have been put there since, so nothing is copied over them.
    if ((await readStoreRecord(store, signal))?.state === 'ready') {
      await store.publish(copiedSubject(before.generation), Buffer.from(clock.now().toISOString()));
      return;
    }
    const filling = storeRecordOf(record, 'filling');
    await makeStore(store, last.length === 0 ? filling : { ...filling, replicas: 1 });
    let shownMs = 0;
    await copyStore(old, store, {
      signal,
      onProgress: ({ copiedBytes, ofBytes }) => {
        const nowMs = clock.now().getTime();
        if (nowMs - shownMs < 1000) return;
        shownMs = nowMs;
        emit({ kind: 'fleet.copying', copiedBytes, ofBytes });
      },
    });
  }
  if (last.length > 0) {
    await settle(last);
    // Streams get a third replica only where the third server is heard.
    await formed(record.keepers.ids);
  }
  await using store = await connectAdmin(await keeperAccess(parts, record.keepers.ids));
  await makeStore(store, storeRecordOf(record, 'filling'));
  await awaitReplicas(store, { clock, signal, stillMs, onProgress: replicating(emit) });
  await makeStore(store, storeRecordOf(record, 'ready'));
  await store.publish(copiedSubject(before.generation), Buffer.from(clock.now().toISOString()));
}

async function removeLeaving(
  parts: FleetParts,
  before: KeeperSet,
  { emit, signal, clock }: FleetContext,
  { settle, formed }: MoveSteps,
): Promise<void> {
  const { record } = parts;
  const leaving = before.ids.filter((id) => !record.keepers.ids.includes(id));
  await formed(record.keepers.ids);
  await using store = await connectAdmin(await keeperAccess(parts, record.keepers.ids));
  await using system = await connectSystem(await systemAccess(parts, record.keepers.ids));
  await makeStore(store, storeRecordOf(record, 'ready'));
  await removeGhosts(store, system, signal);
  const peers = await system.peers();
  const { generation, ids } = record.keepers;
  const names = peers.map(({ server }) => server);
  const members = membersOfPeers(names, ids.concat(leaving), generation);
  const isOf = (server: string, id: string) =>
    isServerOf(server, id, generation) || members.get(server) === id;
  const isDead = (id: string) => !peers.some(({ server, isCurrent }) => isOf(server, id) && isCurrent);
  // Those that are dead go first: with them, replicas never become whole.
  for (const id of leaving.filter(isDead).concat(leaving.filter((one) => !isDead(one)))) {
    refuseLoss(await store.streams(), (server) => isOf(server, id));
    // Its server must be gone first: one that is removed while its agent runs would come back as a new one.
    await settle([id]);
    for (const { server } of await system.peers()) {
      if (isOf(server, id)) await retireServer(store, system, server, { clock, signal });
    }
    const waiting = { clock, signal, stillMs, onProgress: replicating(emit) };
    await awaitReplicas(store, waiting);
    await renewLeaders(store);
    await awaitReplicas(store, waiting);
  }
}

const replicating = (emit: FleetContext['emit']) => (lacking: number) =>
  emit({ kind: 'fleet.replicating', lacking });
