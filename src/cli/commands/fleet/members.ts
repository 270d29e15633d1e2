import { anyMember, type MemberList, openFleet } from '../../../index.js';
import {
  chosenFleet,
  drainedMembers,
  fleetMember,
  type FleetOptions,
  openSession,
} from '../../session/index.js';
import { membersText } from '../../text/index.js';

export interface MembersFlags extends FleetOptions {
  watch?: boolean;
}

/** `collab fleet members`: who is alive, as the first member that answers sees it. */
export async function fleetMembers(flags: MembersFlags): Promise<void> {
  const { workspace, clock, signal, print, say } = openSession(flags);
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  const clients = fleet.clients.map(({ client }) => client);
  if (flags.watch !== true) {
    const list = await anyMember(clients, (member) => member.members());
    const drained = await drainedMembers(fleet, signal);
    if (drained === null) say('note: no keeper answers, so it is not known which members are drained');
    print(membersText(list.members, drained), result(list, drained));
    return;
  }
  const watched = await fleetMember(fleet, undefined);
  say('Each change is a new table. Ctrl-C ends it.');
  for await (const list of watched.watch(signal)) {
    const drained = await drainedMembers(fleet, signal);
    const time = clock.now().toISOString();
    if (flags.json === true)
      process.stdout.write(`${JSON.stringify({ kind: 'members', time, ...result(list, drained) })}\n`);
    else
      process.stdout.write(
        `\n${time.slice(0, 19).replace('T', ' ')} UTC\n${membersText(list.members, drained)}\n`,
      );
  }
}

const result = ({ self, fleet, members }: MemberList, drained: ReadonlySet<string> | null) => ({
  self,
  fleet,
  members: members.map((one) => ({
    id: one.id,
    name: one.name,
    state: one.state,
    state_s: one.stateS,
    heard_s: one.heardS,
    drained: drained?.has(one.id) ?? null,
    address: one.address,
    http_port: one.httpPort,
    tags: one.tags,
    architecture: one.architecture,
    cores: one.cores,
    memory_bytes: one.memoryBytes,
    accelerator: one.accelerator,
    version: one.version,
    keeper: one.keeper,
    broker_port: one.brokerPort,
  })),
});
