import { Option, type Command } from 'commander';
import { command, onDevices, repeatable, wholeNumber } from './command.js';
import type { RunOptions } from '../commands/run.js';

const experiment = 'Name of a folder in TestCases/, or a path';

/** Commands that check, run and follow experiments: `validate`, `run` and `watch`. */
export function addRunCommands(program: Command): void {
  command(program, 'validate', 'Check experiment.yaml and list every fault with its line')
    .argument('<experiment>', experiment)
    .action(async (name: string, options: { json?: boolean }) =>
      (await import('../commands/validate.js')).validate(name, options),
    );

  onDevices(command(program, 'run', 'Run an experiment on the devices of a LAN'))
    .argument('<experiment>', experiment)
    .addOption(
      new Option('--local', 'Run on this machine as plain processes, without Docker').conflicts([
        'lan',
        'only',
        'tag',
      ]),
    )
    .addOption(repeatable('--set <parameter=values>', 'Override the values of a parameter, e.g. split=2,4'))
    .option('--repeats <count>', 'Override the number of repeats', wholeNumber)
    .option('--warmup <count>', 'Override the number of warm-up repeats', wholeNumber)
    .addOption(
      repeatable('--place <role=device>', 'Pin a role to a device, e.g. server=nano1 or client/1=nano2'),
    )
    .option('--dry-run', 'Show what would be done, without doing it')
    .addHelpText(
      'after',
      `
Exit codes:
  0    all trials are complete
  2    the experiment is invalid or cannot be placed
  3    the experiment or a build failed
  4    a device is unreachable or not ready
  5    a device is in use by someone else
  6    some trials are complete and some are not
  130  interrupted`,
    )
    .action(async (name: string, options: RunOptions) =>
      (await import('../commands/run.js')).run(name, options),
    );

  command(program, 'watch', 'Follow a run under way, for example from another terminal')
    .argument('[run]', 'Run id or its first characters (default: the newest run)')
    .action(async (name: string | undefined, options: { json?: boolean }) =>
      (await import('../commands/watch.js')).watch(name, options),
    );
}
