import { CollabError, ExitCode } from '../errors.js';
import {
  type AgentConfig,
  fleetClient,
  type KeptConnections,
  type MembersSight,
  membersSight,
} from '../fleet/index.js';
import { knownMembers } from './known-members.js';

export interface SightParts {
  config: AgentConfig;
  /** Certificate of the fleet's authority, PEM. */
  ca: string;
  kept: KeptConnections;
}

/**
 * What a keeper sees of its fleet. It has no token of a user: where members answer only those, it knows what its member program wrote
 * down of the others, and neither their load nor since when they are in their state.
 */
export async function keeperSight(parts: SightParts, signal: AbortSignal): Promise<MembersSight> {
  const { config, ca, kept } = parts;
  const { member, dashboard, address } = config;
  const clientOf = (one: Parameters<typeof fleetClient>[0]) => fleetClient(one, ca, null, kept);
  const own = clientOf({ ...member, address, http_port: dashboard?.http_port ?? 0 });
  try {
    return await membersSight(
      {
        clients: [{ ...member, client: own }],
        clientOf: ({ id, name, address: of, httpPort }) =>
          clientOf({ id, name, address: hostOf(of), http_port: httpPort }),
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof CollabError) || error.name !== 'member-refused') throw error;
    return knownSight(config);
  }
}

async function knownSight(config: AgentConfig): Promise<MembersSight> {
  const known = await knownMembers(config);
  return {
    record: { members: known, keepers: { ids: config.keepers.map(({ id }) => id) } },
    viewOf: config.member.name,
    members: known.map((one) => ({
      member: one,
      info: null,
      error: one.state === 'failed' || one.state === 'left' ? null : notAsked(),
      seen: {
        id: one.id,
        name: one.name,
        state: one.state,
        stateS: null,
        heardS: null,
        address: one.address,
        httpPort: 0,
        tags: one.tags,
        architecture: one.architecture,
        cores: one.cores,
        memoryBytes: one.memory_bytes,
        accelerator: one.accelerator,
        version: '',
        keeper: one.keeper,
        brokerPort: null,
      },
    })),
    strangers: [],
  };
}

const notAsked = () =>
  new CollabError('member-refused', {
    what: 'Its load is unknown here.',
    why: 'Members tell it to users, and a keeper has no token of a user. With public_read: true in fleet.yaml, they tell it to all.',
    next: 'See it from a workspace: collab dashboard',
    exitCode: ExitCode.deviceUnreachable,
  });

const hostOf = (address: string): string =>
  address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
