import { Option, type Command } from 'commander';
import {
  command,
  notifyHelp,
  notifyOption,
  onDevices,
  repeatable,
  wholeNumber,
  withLabels,
} from './command.js';
import type { ResumeOptions } from '../commands/resume.js';
import type { RunOptions } from '../commands/run.js';

const experiment = 'Name of a folder in TestCases/, or a path';

/** Commands that check, run, follow and end experiments: `validate`, `run`, `resume`, `stop` and `watch`. */
export function addRunCommands(program: Command): void {
  command(
    program,
    'validate',
    'Check an experiment, or the file of a model, and list every fault with its line',
  )
    .argument('<experiment>', experiment)
    .action(async (name: string, options: { json?: boolean }) =>
      (await import('../commands/validate.js')).validate(name, options),
    );

  withLabels(onDevices(command(program, 'run', 'Run an experiment on the devices of a LAN')))
    .argument('[experiment]', `${experiment}; not with --from`)
    .addOption(
      new Option(
        '--from <run>',
        'Run again what a run ran: its code as it was then, its parameters and order, on its devices',
      ).conflicts(['set', 'repeats', 'warmup', 'order', 'seed', 'onFailure', 'onLoss', 'place', 'retry']),
    )
    .addOption(
      new Option('--local', 'Run on this machine as plain processes, without Docker').conflicts([
        'lan',
        'only',
        'deviceTag',
        'from',
      ]),
    )
    .addOption(
      repeatable(
        '--set <parameter=values>',
        'Override the values of a parameter, e.g. split=2,4 or split=1..9:2',
      ),
    )
    .option('--repeats <count>', 'Override the number of repeats', wholeNumber)
    .option('--warmup <count>', 'Override the number of warm-up repeats', wholeNumber)
    .addOption(
      new Option('--order <order>', 'How repeats follow each other').choices([
        'interleaved',
        'sequential',
        'random',
      ]),
    )
    .option('--seed <number>', 'Seed of --order random (default: drawn, and recorded)', wholeNumber)
    .addOption(new Option('--on-failure <what>', 'After a trial that failed').choices(['continue', 'stop']))
    .addOption(
      new Option('--on-loss <what>', 'After a device was lost').choices(['stop', 'continue', 'wait']),
    )
    .addOption(
      repeatable('--place <role=device>', 'Pin a role to a device, e.g. server=nano1 or client/1=nano2'),
    )
    .option('-y, --yes', 'Do not ask before more than 1000 trials')
    .option('--dry-run', 'Show what would be done, without doing it')
    .addOption(
      new Option('--detach', 'Go on without this terminal; return when the run has begun').conflicts(
        'dryRun',
      ),
    )
    .addOption(
      new Option('--retry <which>', "Run just the trials of the experiment's newest run that failed")
        .choices(['failed'])
        .conflicts(['set', 'repeats', 'warmup', 'order', 'seed', 'onFailure', 'onLoss', 'place', 'lan'])
        .conflicts(['only', 'deviceTag', 'local', 'dryRun', 'name', 'note', 'tag']),
    )
    .option('--wait', 'Wait for devices that are in use')
    .addOption(notifyOption())
    .addHelpText('after', notifyHelp)
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
    .action(async (name: string | undefined, options: RunOptions) =>
      (await import('../commands/run.js')).run(name, options),
    );

  command(program, 'resume', 'Go on with a run that was interrupted, at its next trial')
    .argument('[run]', 'Run id or its first characters (default: the newest run that is not complete)')
    .addOption(new Option('--retry <which>', 'Also run the trials again that failed').choices(['failed']))
    .option('--force', 'Go on although another machine may still work on the run')
    .option('--wait', 'Wait for devices that are in use')
    .option('--detach', 'Go on without this terminal; return when the run has begun')
    .addOption(notifyOption())
    .addHelpText('after', notifyHelp)
    .addHelpText(
      'after',
      `
The run goes on with the same devices, code, parameters and order. Trials whose
roles went on without collab are followed to their end.`,
    )
    .action(async (name: string | undefined, options: ResumeOptions) =>
      (await import('../commands/resume.js')).resume(name, options),
    );

  command(program, 'stop', 'End a run as Ctrl-C does: stop its roles and collect their logs')
    .argument('[run]', 'Run id or its first characters (default: the newest run that has not ended)')
    .option('--force', 'End it from here although another machine may still work on it')
    .action(async (name: string | undefined, options: { force?: boolean; json?: boolean }) =>
      (await import('../commands/stop.js')).stop(name, options),
    );

  command(program, 'watch', 'Follow a run under way, for example from another terminal')
    .argument('[run]', 'Run id or its first characters (default: the newest run)')
    .action(async (name: string | undefined, options: { json?: boolean }) =>
      (await import('../commands/watch.js')).watch(name, options),
    );
}
