import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import {
  type BrokerAdmin,
  type BrokerSystem,
  removedSubject,
  storeStream,
  type StreamState,
} from '../broker/index.js';

/** Streams that lack a replica which is there and has everything. */
export const notCurrent = (streams: readonly StreamState[]): string[] =>
  // A stream of which no leader answers says no target.
  streams.filter((one) => wholeReplicas(one) < Math.max(one.target, 1)).map(({ name }) => name);

/** Streams that would not have a majority of their replicas without these servers. */
export const withoutMajority = (
  streams: readonly StreamState[],
  isGoing: (server: string) => boolean,
): string[] =>
  streams
    .filter((one) => wholeReplicas(one, isGoing) < Math.floor(Math.max(one.target, 1) / 2) + 1)
    .map(({ name }) => name);

const wholeReplicas = ({ replicas }: StreamState, isGoing: (server: string) => boolean = () => false) =>
  replicas.filter(
    ({ server, isCurrent, isOffline, lag }) => isCurrent && !isOffline && lag === 0 && !isGoing(server),
  ).length;

interface Waiting {
  clock: Clock;
  signal: AbortSignal;
  /** Gives up when nothing has changed for so long. */
  stillMs: number;
  /** @param lacking streams that are not whole yet */
  onProgress: (lacking: number) => void;
}

/** Waits until every stream has all its replicas. @throws CollabError `store-not-replicated` */
export async function awaitReplicas(
  broker: BrokerAdmin,
  { clock, signal, stillMs, onProgress }: Waiting,
): Promise<void> {
  let seen = '';
  let changedMs = clock.now().getTime();
  for (;;) {
    signal.throwIfAborted();
    const streams = await broker.streams();
    const lacking = notCurrent(streams);
    if (lacking.length === 0) return;
    const now = JSON.stringify(streams.map(({ replicas }) => replicas));
    if (now !== seen) {
      seen = now;
      changedMs = clock.now().getTime();
      onProgress(lacking.length);
    }
    if (clock.now().getTime() - changedMs > stillMs) throw notReplicated(lacking, stillMs);
    await clock.sleep(500, signal);
  }
}

/**
 * Removes a server from the cluster for good. A note in the store comes first: if that server comes back, its agent finds it and
 * gives it a new name.
 */
export async function retireServer(
  broker: BrokerAdmin,
  system: BrokerSystem,
  server: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  await broker.publish(removedSubject(server), Buffer.from(clock.now().toISOString()), { signal });
  await system.removeServer(server);
}

/**
 * Removes servers again that were removed before. One that returns under its old name, for as long as its agent needs to find the
 * note, is made a peer again when nats-server (2.10.27, `runCatchup`) ends to send it what it lacks; it stays one when it is gone,
 * and gets replicas.
 * @returns their names or ids
 */
export async function removeGhosts(
  broker: Pick<BrokerAdmin, 'last'>,
  system: Pick<BrokerSystem, 'peers' | 'removeServer'>,
  signal: AbortSignal,
): Promise<string[]> {
  const ghosts: string[] = [];
  for (const { server, isCurrent } of await system.peers()) {
    if (isCurrent) continue;
    if ((await broker.last(storeStream, removedSubject(server), signal)) === null) continue;
    await system.removeServer(server);
    ghosts.push(server);
  }
  return ghosts;
}

/**
 * Lets another replica of each stream lead, after a server was removed. Its leader then tells the others who belongs to them. Without
 * that, a server that starts again (2.10.27) may count one that was removed, as its log has it, and find no majority.
 */
export async function renewLeaders(broker: Pick<BrokerAdmin, 'streams' | 'handOver'>): Promise<void> {
  for (const { name, replicas } of await broker.streams())
    if (replicas.length > 1) await broker.handOver(name);
}

function notReplicated(lacking: readonly string[], stillMs: number): CollabError {
  return new CollabError('store-not-replicated', {
    what: `The fleet's files do not have all their replicas.`,
    why: `Nothing has moved for ${stillMs / 1000} s, and ${lacking.length} of the store's streams lack one: ${lacking.slice(0, 3).join(', ')}.`,
    next: 'See which keeper is missing: collab fleet status. Then run collab fleet up again.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
