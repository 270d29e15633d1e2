import {
  type BrokerAdmin,
  type BrokerSystem,
  renewLeaders,
  type ReplaceEvent,
  retireServer,
  type StreamState,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';

const lookEveryMs = 1000;

/**
 * Removes a server from the cluster, and follows the copying of its replicas to others. The server is marked first, so that it
 * finds the mark and takes a new name if it returns.
 */
export async function* replaceServer(
  broker: BrokerAdmin,
  system: BrokerSystem,
  server: string,
  { clock, signal }: Pick<AgentContext, 'clock' | 'signal'>,
): AsyncGenerator<ReplaceEvent> {
  yield { kind: 'removing', server };
  await retireServer(broker, system, server, { clock, signal });
  for (let before = -1; !signal.aborted;) {
    const streams = await broker.streams();
    const below = streams.filter((one) => !isWhole(one, server)).length;
    if (streams.length > 0 && below === 0) {
      await renewLeaders(broker);
      yield { kind: 'replaced', server };
      return;
    }
    if (below !== before) yield { kind: 'copying', server, streams: below, of: streams.length };
    before = below;
    await clock.sleep(lookEveryMs, signal);
  }
}

/** Whether a stream has all its replicas, none of them on this server. */
function isWhole({ replicas, target }: StreamState, server: string): boolean {
  const current = replicas.filter((one) => one.server !== server && one.isCurrent && !one.isOffline);
  return current.length >= target && !replicas.some((one) => one.server === server);
}
