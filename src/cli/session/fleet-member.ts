import {
  anyMember,
  CollabError,
  ExitCode,
  type KnownFleet,
  type Member,
  type MemberActs,
  type MemberClient,
} from '../../index.js';

/**
 * The client of a member, by its name, its id or the start of its id; without a name, of the first that answers. A member
 * that this workspace does not know is asked for among the others.
 * @throws CollabError `fleet-member-unknown`, `fleet-unreachable`
 */
export async function fleetMember(fleet: KnownFleet, name: string | undefined): Promise<MemberClient> {
  const clients = fleet.clients.map(({ client }) => client);
  if (name === undefined) {
    const { members, self } = await anyMember(clients, (member) => member.members());
    return clientOf(members, ({ id }) => id === self) ?? unknown(fleet.name, self, members);
  }
  const known = fleet.clients.find((one) => one.name === name || one.id === name);
  if (known !== undefined) return known.client;
  const { members } = await anyMember(clients, (member) => member.members());
  const isIt = (one: Member) =>
    one.name === name || (/^[0-9a-f]{4,20}$/.test(name) && one.id.startsWith(name));
  return clientOf(members, isIt) ?? unknown(fleet.name, name, members);

  function clientOf(all: readonly Member[], isWanted: (member: Member) => boolean): MemberClient | undefined {
    const found = all.filter(isWanted);
    const [only] = found;
    return only !== undefined && found.length === 1 ? fleet.clientOf(only) : undefined;
  }
}

/** What members do for the user of this workspace. */
export const memberActs = (fleet: KnownFleet): MemberActs => ({
  leave: async (name) => (await fleetMember(fleet, name)).leave(),
  join: async (name) => (await fleetMember(fleet, name)).join(null),
});

function unknown(fleet: string, name: string, members: readonly Member[]): never {
  throw new CollabError('fleet-member-unknown', {
    what: `The fleet ${fleet} has no member "${name}".`,
    why: `Its members are ${members.map((one) => one.name).join(', ')}.`,
    next: 'See them: collab fleet members',
    exitCode: ExitCode.usage,
  });
}
