import { InvalidArgumentError, type Command } from 'commander';
import { again, command, number, wholeNumber } from './command.js';
import type { DiscoverOptions } from '../commands/discover.js';

/** `collab discover`. */
export function addDiscoverCommand(program: Command): void {
  addLookOptions(command(program, 'discover', 'who answers on this network, and how it was found')).action(
    async (options: DiscoverOptions) => (await import('../commands/discover.js')).discoverDevices(options),
  );
}

/** The options that say how to look for devices: those of `setup` and of `discover`. */
export function addLookOptions(parent: Command): Command {
  return parent
    .option('--interface <name>', 'look for devices on this network interface (again for more)', again, [])
    .option(
      '--scan',
      'try port 22 of every address of the local networks as well, at most a /22 of each; for networks of your own',
    )
    .option('--no-scan', 'never, and do not ask')
    .option(
      '--expect <count>',
      'stop looking when so many devices have answered; fewer are an error',
      wholeNumber,
    )
    .option('--timeout <seconds>', 'how long to wait for answers; default: 5', seconds);
}

function seconds(text: string): number {
  const value = number(text);
  if (value <= 0 || value > 600) throw new InvalidArgumentError('It must lie between 0 and 600.');
  return value;
}
