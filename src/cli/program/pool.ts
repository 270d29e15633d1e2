import type { Command } from 'commander';
import type { PoolSetFlags } from '../commands/pool/set.js';
import type { FleetOptions } from '../session/index.js';
import { aboveZero, command, group, list, onFleet } from './command.js';

/** `collab pool ...`. */
export function addPoolCommands(program: Command): void {
  const pools = group(program, 'pool', 'Named sets of members, which jobs run on').addHelpText(
    'after',
    `
A member is in a pool if it meets all that the pool asks for. Who is in it is looked up
each time a task is given out, so members that join later are in it too.`,
  );
  onFleet(command(pools, 'set', 'Keep a pool, in place of one of the same name (admins)'))
    .argument('<name>', 'Its name, which --pool of a job gives')
    .option('--tag <tags>', 'Members with all these tags', list)
    .option('--member <members>', 'Only these, by name', list)
    .option('--arch <architecture>', 'Of this architecture, e.g. arm64 or amd64')
    .option('--cores <number>', 'With at least so many cores', aboveZero)
    .option('--gpu', 'With a GPU')
    .action(async (name: string, flags: PoolSetFlags) =>
      (await import('../commands/pool/set.js')).poolSet(name, flags),
    );
  onFleet(command(pools, 'list', 'List the pools')).action(async (flags: FleetOptions) =>
    (await import('../commands/pool/list.js')).poolList(flags),
  );
  onFleet(command(pools, 'show', 'Show what a pool asks for, and which workers are in it'))
    .argument('<name>', 'Name of a pool')
    .action(async (name: string, flags: FleetOptions) =>
      (await import('../commands/pool/show.js')).poolShow(name, flags),
    );
  onFleet(command(pools, 'remove', 'Remove a pool that no job uses any more (admins)'))
    .argument('<name>', 'Name of a pool')
    .action(async (name: string, flags: FleetOptions) =>
      (await import('../commands/pool/remove.js')).poolRemove(name, flags),
    );
}
