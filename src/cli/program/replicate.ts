import { Option, type Command } from 'commander';
import {
  aboveZero,
  command,
  notifyHelp,
  notifyOption,
  onDevices,
  repeatable,
  shareBelowOne,
  withLabels,
} from './command.js';
import type { ReplicateOptions } from '../commands/replicate.js';

/** `replicate`: a run again in another lab, and whether it has the same results. */
export function addReplicateCommand(program: Command): void {
  const running = [
    'lan',
    'local',
    'only',
    'deviceTag',
    'place',
    'repeats',
    'name',
    'note',
    'tag',
    'dryRun',
    'detach',
    'wait',
    'yes',
    'notify',
  ];
  withLabels(
    onDevices(
      command(program, 'replicate', 'Run a run again on the devices of this LAN, and judge its results'),
    ),
  )
    .argument('<run>', 'The original: a run id or its first characters, the path of a run, or a bundle')
    .argument('[replication]', 'With --judge: the run that replicates it')
    .addOption(
      new Option('--judge', 'Judge two runs that are there, without running anything').conflicts(running),
    )
    .addOption(
      new Option('--local', 'Run on this machine as plain processes, without Docker').conflicts([
        'lan',
        'only',
        'deviceTag',
      ]),
    )
    .addOption(
      repeatable('--place <role=device>', 'Pin a role to a device, e.g. server=nano1 or client/1=nano2'),
    )
    .option('--repeats <count>', 'Repeats of each combination (default: as many as the original)', aboveZero)
    .addOption(
      new Option('--within <percent>', 'How far a metric may be from the original (default: 10%)').argParser(
        shareBelowOne,
      ),
    )
    .addOption(
      repeatable(
        '--metric <metrics>',
        'Metrics that decide: total_ms, or client.total_ms (default: primary: of the experiment, else all results)',
      ),
    )
    .option('--all', 'Show all metrics, including those that do not decide')
    .option('--as <name>', "For a bundle: name of the experiment's folder in TestCases/")
    .option('--trust <sha256>', 'For a bundle: import nothing but what has this hash')
    .option('-y, --yes', 'Do not ask before more than 1000 trials; for a bundle, needs --trust')
    .option('--dry-run', 'Show what would be done, without doing it; a bundle is imported all the same')
    .addOption(
      new Option('--detach', 'Go on without this terminal; return when the run has begun').conflicts(
        'dryRun',
      ),
    )
    .option('--wait', 'Wait for devices that are in use')
    .addOption(notifyOption())
    .addHelpText('after', notifyHelp)
    .addHelpText(
      'after',
      `
Roles are placed anew, by their constraints; code, parameters, order and seed
are those of the original. The judgment is kept in the new run's folder, as
replication.json, and is part of its reports.

Exit codes:
  0    REPRODUCED: equal results are equal, and metrics that decide are the same
  2    the run's code is not here, or its roles cannot be placed
  3    DIFFERENT, or the experiment or a build failed
  4    a device is unreachable or not ready
  5    a device is in use by someone else
  6    TOO FEW repeats, or incomplete runs: it can't be said
  130  interrupted`,
    )
    .action(async (run: string, replication: string | undefined, options: ReplicateOptions) =>
      (await import('../commands/replicate.js')).replicate(run, replication, options),
    );
}
