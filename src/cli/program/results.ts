import { type Command, Option } from 'commander';
import { command, list, repeatable } from './command.js';
import type { CompareOptions } from '../commands/compare.js';
import type { ShowOptions } from '../commands/show.js';
import type { ReportOptions } from '../commands/report.js';

const whichRun = 'Run id or its first characters (default: the newest run)';

/** Commands for experiments and the results of their runs: `experiments`, `runs`, `show`, `compare` and `report`. */
export function addResultCommands(program: Command): void {
  command(program, 'experiments', 'List experiments, their last runs, and what has changed since').action(
    async (options: { json?: boolean }) => (await import('../commands/experiments.js')).experiments(options),
  );

  command(program, 'runs', 'List runs with state, duration and verdict')
    .argument('[experiment]', 'List only runs of this experiment')
    .option('--all', 'List all runs (default: the newest 20)')
    .action(async (experiment: string | undefined, options: { all?: boolean; json?: boolean }) =>
      (await import('../commands/runs.js')).runs(experiment, options),
    );

  command(program, 'show', 'Show the results of a run at a glance')
    .argument('[run]', whichRun)
    .option('--provenance', 'Show what ran instead: code, images, packages, devices, data and versions')
    .action(async (name: string | undefined, options: ShowOptions) =>
      (await import('../commands/show.js')).show(name, options),
    );

  command(program, 'compare', 'Compare runs with a baseline, and test which differences are significant')
    .argument('<run...>', 'Run ids or their first characters, the baseline first')
    .option('--baseline <run>', 'Compare with this run instead of the first')
    .addOption(
      repeatable(
        '--metric <metrics>',
        'Metrics that decide, tested on their own: total_ms, or client.total_ms (default: primary: of the experiment)',
      ),
    )
    .option('--all', 'Show all metrics, including those without a difference')
    .addOption(new Option('--format <format>', 'Write a page instead').choices(['html']))
    .option('--output <folder>', 'Folder to write the page to (default: Logs/reports/)')
    .option('--open', 'Write the page and open it')
    .action(async (names: string[], options: CompareOptions) =>
      (await import('../commands/compare.js')).compare(names, options),
    );

  command(program, 'report', 'Write the results of one or more runs to files')
    .argument('[run...]', 'Run ids or their first characters (default: the newest run)')
    .addOption(
      repeatable(
        '--format <formats>',
        'csv (default), xlsx, json, jsonl, parquet, npy, npz, pickle, trace, html; separate several by commas',
      ),
    )
    .option('--tables <tables>', 'Write only these tables, e.g. results,samples_long', list)
    .option(
      '--output <folder>',
      "Folder to write to (default: reports/ in the run's folder; Logs/reports/ for several runs)",
    )
    .action(async (names: string[], options: ReportOptions) =>
      (await import('../commands/report.js')).report(names, options),
    );
}
