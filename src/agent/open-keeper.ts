import { readFile } from 'node:fs/promises';
import {
  type Access,
  agentConfig,
  type AgentConfig,
  type Caller,
  connectBroker,
  drainsOf,
  keptConnections,
  type MembersSight,
  type StoreSight,
  storeSight,
  userOfToken,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { keeperSight } from './keeper-sight.js';
import { brokerAccess, readAuthority, readOwnAccess, readOwnPair } from './own-access.js';
import { userCalls } from './user-calls.js';

/** For so long, a removed user may still be known. */
const accessMs = 1000;

/** What a program beside the agent of a keeper has of the fleet. */
export interface OpenKeeper extends AsyncDisposable {
  readonly config: AgentConfig;
  /** Certificate and key with which this member answers, PEM. */
  readonly pair: { cert: string; key: string };
  /** The user who signed a token, and the user's public key; or why it is of none. */
  ofToken(token: string): Promise<{ name: string; key: string } | { refused: string }>;
  /** Whether a user is still in the fleet, with the same key. */
  isUser(user: { name: string; key: string }): Promise<boolean>;
  /** Calls with the rights of a user. */
  callsOf(user: string): Promise<Caller>;
  /** Calls for what all users see. */
  sharedCalls(): Promise<Caller>;
  /** What the members say to this one. */
  members(signal: AbortSignal): Promise<MembersSight>;
  store(signal: AbortSignal): Promise<StoreSight>;
}

/** Opens what the agent of a keeper has, by the file with its configuration. @throws CollabError as `connectBroker` */
export async function openKeeper(
  settings: string,
  { clock }: Pick<AgentContext, 'clock'>,
): Promise<OpenKeeper> {
  const config = agentConfig.parse(JSON.parse(await readFile(settings, 'utf8')));
  const [ca, pair] = await Promise.all([readAuthority(config), readOwnPair(config)]);
  const broker = await connectBroker(await brokerAccess(config));
  const callsOf = userCalls(config, broker, { clock });
  let known: { access: Access; readMs: number } | null = null;
  const access = async (): Promise<Access> => {
    const nowMs = clock.now().getTime();
    if (known === null || Math.abs(nowMs - known.readMs) > accessMs)
      known = { access: await readOwnAccess(config), readMs: nowMs };
    return known.access;
  };
  const keyOf = async (name: string) =>
    (await access()).users.find((one) => one.name === name)?.brokerKey ?? null;
  const sharedCalls = async (): Promise<Caller> => {
    const { users } = await access();
    const first = users.find(({ role }) => role === 'admin') ?? users[0];
    if (first === undefined) throw new Error('the fleet has no users');
    return callsOf(first.name);
  };
  const kept = keptConnections();
  const asked = {
    placement: async (signal: AbortSignal) => (await sharedCalls()).jobs.store.placement(signal),
    drains: async (signal: AbortSignal) => drainsOf((await sharedCalls()).jobs, signal),
  };
  return {
    config,
    pair,
    async ofToken(token) {
      const found = userOfToken(token, await access(), clock.now());
      if ('refused' in found) return found;
      return { name: found.user, key: (await keyOf(found.user)) ?? '' };
    },
    isUser: async ({ name, key }) => (await keyOf(name)) === key,
    callsOf,
    sharedCalls,
    members: (signal) => keeperSight({ config, ca, kept }, signal),
    store: (signal) => storeSight(asked, signal),
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
