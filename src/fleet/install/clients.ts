import { hostPort } from '../broker/index.js';
import { serverNameOf } from '../credentials/index.js';
import { type KeptConnections, MemberClient } from '../membership/index.js';
import type { FleetMember } from './record.js';

/** The HTTP API of a member, over TLS. */
export function fleetClient(
  member: Pick<FleetMember, 'id' | 'name' | 'address' | 'http_port'>,
  ca: string,
  token: string | null,
  kept?: KeptConnections,
): MemberClient {
  const { id, name, address, http_port: port } = member;
  return new MemberClient({
    address: hostPort(address, port),
    name,
    ca,
    servername: serverNameOf(id),
    token,
    kept,
  });
}
