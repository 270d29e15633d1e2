import {
  type Access,
  type AgentConfig,
  apiListener,
  type Broker,
  type Caller,
  listen,
  unauthorized,
  userOfToken,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { readOwnPair } from './own-access.js';
import { userCalls } from './user-calls.js';

export interface KeeperApiParts {
  config: AgentConfig;
  /** It stays open when a request has ended. */
  broker: Broker;
  access: () => Promise<Access>;
}

/**
 * Serves the API of the fleet over TLS until the signal aborts. Users show tokens that they have signed.
 * @throws CollabError `api-not-listening`
 */
export async function serveKeeperApi(
  { config, broker, access }: KeeperApiParts,
  { clock, log, signal }: AgentContext,
): Promise<void> {
  const { api, version } = config;
  if (api === null) return;
  const callsOf = userCalls(config, broker, { clock });
  const listener = apiListener({ enter, log: (line) => log(`api: ${line}`), version });
  await using listening = await listen({ ...api, tls: await readOwnPair(config) }, listener);
  log(`api: listens on ${api.address} port ${listening.port}`);
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

  async function enter(token: string | null): Promise<Caller> {
    const next = 'Make a token: collab api token. Send it as the header authorization: Bearer.';
    if (token === null) throw unauthorized('It has no token.', next);
    const found = userOfToken(token, await access(), clock.now());
    if ('refused' in found) throw unauthorized(found.refused, next);
    return callsOf(found.user);
  }
}
