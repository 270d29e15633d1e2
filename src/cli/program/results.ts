import type { Command } from 'commander';
import { again, command, list } from './command.js';
import type { ReportOptions } from '../commands/report.js';

const whichRun = 'run id, or the start of one; default: the newest';

/** The commands for what came out of runs. */
export function addResultCommands(program: Command): void {
  command(program, 'runs', 'the runs of this workspace, with state, time and verdict')
    .argument('[experiment]', 'only its runs')
    .option('--all', 'all of them, not the newest only')
    .action(async (experiment: string | undefined, options: { all?: boolean; json?: boolean }) =>
      (await import('../commands/runs.js')).runs(experiment, options),
    );

  command(program, 'show', 'what came out of a run, at a glance')
    .argument('[run]', whichRun)
    .action(async (name: string | undefined, options: { json?: boolean }) =>
      (await import('../commands/show.js')).show(name, options),
    );

  command(program, 'compare', 'what differs between two runs, and is it real')
    .argument('<a>', 'run id, or the start of one')
    .argument('<b>', 'the run that is held against it')
    .option('--all', 'all metrics, those without a difference too')
    .action(async (a: string, b: string, options: { all?: boolean; json?: boolean }) =>
      (await import('../commands/compare.js')).compare(a, b, options),
    );

  command(program, 'report', 'write what came out of one or many runs')
    .argument('[run...]', 'run ids, or the starts of them; default: the newest')
    .option(
      '--format <formats>',
      'csv, xlsx, json, jsonl, parquet, npy, npz, pickle, trace, html (more with commas)',
      again,
      [],
    )
    .option('--tables <tables>', 'only these tables, e.g. --tables results,samples_long', list)
    .option('--output <folder>', "where to; default: the run's reports/ folder, with several Logs/reports/")
    .action(async (names: string[], options: ReportOptions) =>
      (await import('../commands/report.js')).report(names, options),
    );
}
