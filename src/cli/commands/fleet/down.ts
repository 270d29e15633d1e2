import { CollabError, ExitCode, fleetDown as endFleet, openOwnFleet } from '../../../index.js';
import { agrees, chosenFleet, type FleetOptions, openSession, throwIfFailed } from '../../session/index.js';

export interface FleetDownFlags extends FleetOptions {
  only?: string[];
  purge?: boolean;
  force?: boolean;
  yes?: boolean;
}

/** `collab fleet down`: ends a fleet, or takes some members out of it. */
export async function fleetDown(flags: FleetDownFlags): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(flags, 'events');
  const name = await chosenFleet(workspace, flags);
  const { record } = await openOwnFleet(workspace, name);
  const members = picked(flags.only);
  const purge = flags.purge === true;
  const what =
    members.length === record.members.length
      ? `the fleet ${name}`
      : members.map((one) => one.name).join(', ');
  if (purge) say(`--purge also removes the state of ${what}: files, jobs and keys.`);
  if (!(await agrees(flags.yes ?? flags.local, `Ending ${what} needs confirmation`, `End ${what}?`))) return;
  const context = { workspace, clock, emit, signal };
  const downed = await endFleet({ record, members, purge, force: flags.force === true }, context);
  for (const { member, error } of downed.forgotten) say(`${member.name}: forgotten. ${error.what}`);
  for (const { member, error } of downed.untold)
    say(`${member.name}: does not know of it yet. ${error.what}`);
  const count = downed.removed.length;
  print(`${count} ${count === 1 ? 'member has' : 'members have'} ended.`, {
    fleet: name,
    removed: downed.removed.map((one) => one.name),
    forgotten: downed.forgotten.map(({ member }) => member.name),
    purged: purge,
  });
  throwIfFailed('Could not end', failed(downed.failures), count);

  function picked(only: readonly string[] | undefined) {
    if (only === undefined) return record.members;
    const unknown = only.filter((one) => !record.members.some((member) => member.name === one));
    if (unknown.length > 0)
      throw notMembers(
        unknown,
        record.members.map((member) => member.name),
      );
    return record.members.filter((member) => only.includes(member.name));
  }
}

const failed = (failures: Awaited<ReturnType<typeof endFleet>>['failures']) =>
  failures.map(({ member, error }) => ({ device: member.name, error }));

function notMembers(names: readonly string[], members: readonly string[]): CollabError {
  return new CollabError('fleet-member-unknown', {
    what: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not in the fleet.`,
    why: `Its members are ${members.join(', ')}.`,
    next: 'See them: collab fleet status',
    exitCode: ExitCode.usage,
  });
}
