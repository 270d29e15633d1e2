import { type Command, Option } from 'commander';
import { command, repeatable } from './command.js';
import type { RunsOptions } from '../commands/runs.js';
import type { RunsEditOptions } from '../commands/runs/edit.js';
import type { RunsRemoveOptions } from '../commands/runs/remove.js';
import type { RunOrder } from '../../index.js';

/** Written out: the library is loaded only when a command is called. */
const orders = [
  'started',
  'duration',
  'experiment',
  'state',
  'verdict',
  'trials',
  'name',
] as const satisfies readonly RunOrder[];

const filterOption = () =>
  repeatable('--filter <test>', "Only runs like this, e.g. state=complete, 'duration>60' or split=4");
const tagOption = () => repeatable('--tag <tag>', 'Only runs with this tag');

const filterHelp = `
Filters: run, experiment, name, tag, state and verdict with = and !=; started
(UTC), duration (seconds, or 5m) and trials (complete ones) also with < <= > >=.
Any other word is a parameter of the experiment, and fits if any trial of the run
has that value; parameter.<name> if it is called as a field. All filters must fit.
Quote < and >, which the shell would take for files.`;

/** `runs` and what it has below it: `runs edit` and `runs remove`. */
export function addRunsCommands(program: Command): void {
  const runs = command(program, 'runs', 'List runs with state, duration and verdict')
    .argument('[experiment]', 'List only runs of this experiment')
    .addOption(
      new Option('--sort <key>', 'started: the newest first (default); others: the least first').choices(
        orders,
      ),
    )
    .option('--reverse', 'The other way around; runs without a value stay last')
    .addOption(filterOption())
    .addOption(tagOption())
    .option('--all', 'List all runs (default: the first 20)')
    .addHelpText(
      'after',
      `${filterHelp}
The id of a run begins with when it was started, in UTC. Runs of an experiment
that is called edit or remove: --filter experiment=remove`,
    )
    // Options behind the name of a command below are its own.
    .enablePositionalOptions()
    .action(async (experiment: string | undefined, options: RunsOptions) =>
      (await import('../commands/runs.js')).runs(experiment, options),
    );
  runs.hook('preSubcommand', (_, below) => {
    const before = runs.options.find((one) => runs.getOptionValueSource(one.attributeName()) === 'cli');
    if (before === undefined) return;
    below.error(`error: give ${before.long ?? ''} after '${below.name()}': collab runs ${below.name()} ...`);
  });

  command(runs, 'edit', 'Change the name, the note or the tags of a run')
    .argument('<run>', 'Run id or its first characters, or the name of a run')
    .option('--name <name>', 'Name to find it by; "" for none')
    .option('--note <text>', 'What is to be remembered of it; "" for none')
    .addOption(repeatable('--tag <tag>', 'Tag to add'))
    .addOption(repeatable('--untag <tag>', 'Tag to remove'))
    .action(async (run: string, options: RunsEditOptions) =>
      (await import('../commands/runs/edit.js')).runsEdit(run, options),
    );

  command(runs, 'remove', 'Remove runs for good, with what only they used')
    .argument('[run...]', 'Run ids or their first characters, or names of runs')
    .addOption(filterOption())
    .addOption(tagOption())
    .option('--older-than <age>', 'Only runs that were started longer ago, e.g. 30d or 12h')
    .option('--force', 'Remove a run although another machine may still work on it')
    .option('--dry-run', 'Show what would be removed, without doing it')
    .option('-y, --yes', 'Do not ask')
    .addHelpText(
      'after',
      `${filterHelp}
A run goes with its logs and the reports in its folder, and with the kept code and
lists of packages that no other run uses. Bundles that were made of it stay. What
it left on devices stays there, and collab clean does not know it any more: run
that first.`,
    )
    .action(async (names: string[], options: RunsRemoveOptions) =>
      (await import('../commands/runs/remove.js')).runsRemove(names, options),
    );
}
