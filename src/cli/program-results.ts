import type { Command } from 'commander';
import { again, command } from './command.js';
import type { ReportOptions } from './commands/report.js';

const whichRun = 'run id, or the start of one; default: the newest';

/** The commands for what came out of runs. */
export function addResultCommands(program: Command): void {
  command(program, 'runs', 'the runs of this workspace, with state, time and verdict')
    .argument('[experiment]', 'only its runs')
    .option('--all', 'all of them, not the newest only')
    .action(async (experiment: string | undefined, options: { all?: boolean; json?: boolean }) =>
      (await import('./commands/runs.js')).runs(experiment, options),
    );

  command(program, 'show', 'what came out of a run, at a glance')
    .argument('[run]', whichRun)
    .action(async (name: string | undefined, options: { json?: boolean }) =>
      (await import('./commands/show.js')).show(name, options),
    );

  command(program, 'report', 'write what came out of a run')
    .argument('[run]', whichRun)
    .option('--format <format>', 'csv, xlsx or json (again for more)', again, [])
    .option('--output <folder>', "where to; default: the run's reports/ folder")
    .action(async (name: string | undefined, options: ReportOptions) =>
      (await import('./commands/report.js')).report(name, options),
    );
}
