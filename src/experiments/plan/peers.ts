import { type RuntimeName, runtimes } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { PortsInUse } from '../../network/index.js';
import {
  type ExperimentDefinition,
  type Protocol,
  protocolsOf,
  type RoleDefinition,
} from '../definition/index.js';

/** A role instance as the others see it; as role.json and COLLAB_PEERS carry it. */
export interface Peer {
  role: string;
  rank: number;
  /** Address of its device. */
  host: string;
  /** Where each of its ports is reached. */
  ports: Record<string, { host: string; port: number }>;
}

export interface PortMapping {
  name: string;
  /** Port that the role binds to: its declared one where that is published, otherwise `hostPort`. */
  bindPort: number;
  /** Port of the device under which others reach it. */
  hostPort: number;
  protocols: readonly Protocol[];
}

/** One instance of a role on its device, with its ports. */
export interface RoleInstance {
  role: RoleDefinition;
  rank: number;
  device: string;
  ports: PortMapping[];
}

/** All instances in the order of the placement, and how each is reached. */
export interface InstancePlan {
  instances: RoleInstance[];
  peers: Peer[];
  /** The instance whose wrapper holds the barrier (collab.barrier), and how it is reached; null for a single instance. */
  meeting: { at: RoleInstance; host: string; port: number } | null;
}

/** The first port tried for the barrier. */
const meetingPort = 47_700;

const noPorts: PortsInUse = { tcp: new Set(), udp: new Set() };

export interface InstanceOptions {
  runtime: RuntimeName;
  /** Ports of a device that other programs use; they are skipped. */
  taken?: (device: string) => PortsInUse;
}

/**
 * Gives every instance its ports. The first that claims a number on a device gets it; a further one on the same device
 * gets the next number there that no instance claims. Where the runtime publishes the ports of a role with a network of
 * its own, the role binds to its declared port and only the published one differs; otherwise it binds to the number that
 * it was given.
 * @param addressOf the address under which the other devices reach a device
 */
export function planInstances(
  placement: readonly PlacementRecord[],
  definition: Pick<ExperimentDefinition, 'roles'>,
  addressOf: (device: string) => string,
  { runtime, taken = () => noPorts }: InstanceOptions,
): InstancePlan {
  const claims = placement.flatMap(({ role, device }, index) => {
    const { ports, portProtocols } = roleNamed(definition, role);
    return Object.entries(ports).map(([name, declared]) => {
      const protocols = protocolsOf(portProtocols[name]);
      return { index, device, name, declared, protocols };
    });
  });
  const claimed = new Set(
    claims.flatMap(({ device, declared, protocols }) => places(device, declared, protocols)),
  );
  const given = new Set<string>();
  const hostPorts = claims.map(({ device, declared, protocols }) => {
    const held = taken(device);
    const isFree = (port: number) =>
      !protocols.some((protocol) => held[protocol].has(port)) &&
      !places(device, port, protocols).some((at) => given.has(at) || (port !== declared && claimed.has(at)));
    let port = declared;
    while (!isFree(port)) port = port >= 65535 ? 1024 : port + 1;
    for (const at of places(device, port, protocols)) given.add(at);
    return port;
  });

  const roles = placedRoles(placement, definition);
  const instances = placement.map((placed, index) => {
    const role = roleNamed({ roles }, placed.role);
    const publishes = runtimes[runtime].publishesPorts && role.network === 'own';
    const ports = claims.flatMap((claim, at) => {
      const hostPort = hostPorts[at] ?? claim.declared;
      const bindPort = publishes ? claim.declared : hostPort;
      const { name, protocols } = claim;
      return claim.index === index ? [{ name, bindPort, hostPort, protocols }] : [];
    });
    return { role, rank: placed.rank, device: placed.device, ports };
  });
  const peers = instances.map(({ role, rank, device, ports }) => ({
    role: role.name,
    rank,
    host: addressOf(device),
    ports: Object.fromEntries(
      ports.map(({ name, hostPort }) => [name, { host: addressOf(device), port: hostPort }]),
    ),
  }));
  const at = instances.find(({ role }) => role.service) ?? instances[0];
  if (at === undefined || instances.length === 1) return { instances, peers, meeting: null };
  let port = meetingPort;
  const isHeld = (one: number) =>
    taken(at.device).tcp.has(one) || places(at.device, one, ['tcp']).some((place) => given.has(place));
  while (isHeld(port)) port += 1;
  return { instances, peers, meeting: { at, host: addressOf(at.device), port } };
}

/** The roles with as many instances as were placed, of which a role with a count such as 1..n says only the bounds. */
function placedRoles(
  placement: readonly PlacementRecord[],
  { roles }: Pick<ExperimentDefinition, 'roles'>,
): RoleDefinition[] {
  return roles.map((role) => {
    const count = placement.filter((placed) => placed.role === role.name).length;
    return role.most === null || count === 0 ? role : { ...role, count };
  });
}

function places(device: string, port: number, protocols: readonly Protocol[]): string[] {
  return protocols.map((protocol) => `${port}/${protocol} ${device}`);
}

function roleNamed(definition: Pick<ExperimentDefinition, 'roles'>, name: string): RoleDefinition {
  const role = definition.roles.find((one) => one.name === name);
  if (role === undefined) throw new TypeError(`the placement names a role that is not declared: ${name}`);
  return role;
}

/**
 * The roles in groups that may start together: each group after all roles that its members wait for, declared order
 * within a group. The definition is valid, so there is no cycle.
 */
export function startOrder(definition: Pick<ExperimentDefinition, 'roles'>): RoleDefinition[][] {
  const groups: RoleDefinition[][] = [];
  const started = new Set<string>();
  let waiting = [...definition.roles];
  while (waiting.length > 0) {
    const group = waiting.filter((role) => role.after.every((name) => started.has(name)));
    if (group.length === 0)
      throw new TypeError(`roles wait for each other: ${waiting.map((r) => r.name).join(', ')}`);
    for (const role of group) started.add(role.name);
    waiting = waiting.filter((role) => !group.includes(role));
    groups.push(group);
  }
  return groups;
}
