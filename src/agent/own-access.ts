import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Access,
  type AgentConfig,
  type BrokerAccess,
  hostPort,
  memberIdentity,
  readAccess,
} from '../fleet/index.js';

/** How this member enters the brokers of the keepers. */
export async function brokerAccess(config: AgentConfig): Promise<BrokerAccess> {
  return {
    servers: config.keepers.map(({ address, nats_port: port }) => hostPort(address, port)),
    ca: await readAuthority(config),
    seed: await readSecret(config, 'broker.seed'),
    identity: memberIdentity(config.member.id),
  };
}

/** The access document that this member has. @throws CollabError `access-broken` */
export async function readOwnAccess(config: AgentConfig): Promise<Access> {
  const [text, authority] = await Promise.all([
    readFile(join(config.state, 'member/access.json'), 'utf8'),
    readAuthority(config),
  ]);
  return readAccess(text, authority);
}

/** The certificate of the fleet's authority, PEM. */
export const readAuthority = ({ state }: AgentConfig): Promise<string> =>
  readFile(join(state, 'member/ca.pem'), 'utf8');

/** The certificate of this member and its key, PEM. */
export async function readOwnPair({ state }: AgentConfig): Promise<{ cert: string; key: string }> {
  const [cert, key] = await Promise.all([
    readFile(join(state, 'member/tls.pem'), 'utf8'),
    readFile(join(state, 'member/tls-key.pem'), 'utf8'),
  ]);
  return { cert, key };
}

/** A secret of the agent. */
export const readSecret = async ({ state }: AgentConfig, name: string): Promise<string> =>
  (await readFile(join(state, 'agent', name), 'utf8')).trim();
