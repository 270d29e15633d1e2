import { InvalidArgumentError, type Command } from 'commander';
import { command, number, repeatable, wholeNumber } from './command.js';
import type { DiscoverOptions } from '../commands/discover.js';

/** `collab discover`. */
export function addDiscoverCommand(program: Command): void {
  addDiscoveryOptions(command(program, 'discover', 'Find devices on the local network'))
    .addHelpText('after', '\nExits with 4 if no device answers, or fewer than --expect.')
    .action(async (options: DiscoverOptions) =>
      (await import('../commands/discover.js')).discoverDevices(options),
    );
}

/** Options that say how to discover devices: those of `setup` and of `discover`. */
export function addDiscoveryOptions(one: Command): Command {
  return one
    .addOption(repeatable('--interface <name>', 'Network interface to search'))
    .option(
      '--scan',
      'Also scan port 22 of every address, at most a /22 per interface; only on your own networks',
    )
    .option('--no-scan', 'Do not scan, and do not ask')
    .option('--expect <count>', 'Stop when this many devices have answered; fewer are an error', wholeNumber)
    .option('--timeout <seconds>', 'How long to wait for answers (default: 5)', seconds);
}

function seconds(text: string): number {
  const value = number(text);
  if (value <= 0 || value > 600) throw new InvalidArgumentError('It must be between 0 and 600.');
  return value;
}
