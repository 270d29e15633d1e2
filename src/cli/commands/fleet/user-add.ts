import { writeFile } from 'node:fs/promises';
import {
  addFleetUser,
  CollabError,
  ExitCode,
  guestMembers,
  inviteFile,
  messageOf,
  openOwnFleet,
} from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession } from '../../session/index.js';

export interface UserAddFlags extends FleetOptions {
  role: 'user' | 'admin';
  out?: string;
}

/** `collab fleet user add <name>`: adds a user, and writes the file with which that person joins from another PC. */
export async function fleetUserAdd(name: string, flags: UserAddFlags): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(flags, 'events');
  const fleet = await chosenFleet(workspace, flags);
  const { record, credentials } = await openOwnFleet(workspace, fleet);
  const file = flags.out ?? `${fleet}-${name}.fleet.json`;
  // Made first, empty: the token is shown nowhere else.
  await writeNew(file, '');
  const context = { workspace, clock, emit, signal };
  const { token, brokerSeed, done, failures } = await addFleetUser(
    record,
    { name, role: flags.role },
    context,
  );
  const invite = { fleet, ca: credentials.ca, members: guestMembers(record), user: name, token, brokerSeed };
  await writeFile(file, inviteFile(invite), { mode: 0o600 });
  for (const { member, error } of failures) say(`${member.name}: does not know ${name} yet. ${error.what}`);
  say(`Give ${file} to ${name} in a way that nobody else can read it, then delete it: it holds the token.`);
  say(`On their PC, in their workspace: collab fleet user use ${file}, then collab fleet members`);
  print(
    `${name} is a user of the fleet ${fleet}. ${done.length} of ${record.members.length} members know it.`,
    {
      fleet,
      user: name,
      role: flags.role,
      file,
      members: done.map(({ member }) => member.name),
    },
  );
}

async function writeNew(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CollabError('file-not-written', {
      what: `The join file ${file} could not be made.`,
      why: messageOf(error),
      next: 'Name another one: --out <file>',
      exitCode: ExitCode.usage,
    });
  }
}
