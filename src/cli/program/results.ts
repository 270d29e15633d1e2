import { type Command, Option } from 'commander';
import { aboveZero, command, list, repeatable, wholeNumber } from './command.js';
import { addRunsCommands } from './runs.js';
import type { CompareOptions } from '../commands/compare.js';
import type { LogsOptions } from '../commands/logs.js';
import type { ShowOptions } from '../commands/show.js';
import type { ReportOptions } from '../commands/report.js';

const whichRun = 'Run id or its first characters, or the name of a run (default: the newest run)';

/** Commands for experiments and the results of their runs: `experiments`, `runs`, `logs`, `show`, `compare` and `report`. */
export function addResultCommands(program: Command): void {
  command(program, 'experiments', 'List experiments, their last runs, and what has changed since').action(
    async (options: { json?: boolean }) => (await import('../commands/experiments.js')).experiments(options),
  );

  addRunsCommands(program);

  command(program, 'logs', 'Print what the roles of a run printed')
    .argument('[run]', whichRun)
    .addOption(repeatable('--role <role>', 'Only of this role, or of one instance of it, e.g. client-0'))
    .addOption(
      new Option('--trial <number>', 'Of this trial (repeatable; default: the one that began last)')
        .argParser((text: string, before: number[]) => [...before, aboveZero(text)])
        .default([]),
    )
    .option('--stdout', 'Only standard output')
    .option('--stderr', 'Only standard error')
    .option('--tail <lines>', 'Only so many lines at the end of each log', wholeNumber)
    .option('-f, --follow', 'Go on with what is printed until the run has ended')
    .addHelpText(
      'after',
      `
Lines have no times: each log is printed as a whole, role by role, standard
output before standard error (client-0 err). --follow prints lines as they come here. The logs
themselves are trials/<number>/<role>-<rank>/stdout.log and stderr.log of the run.`,
    )
    .action(async (name: string | undefined, options: LogsOptions) =>
      (await import('../commands/logs.js')).logs(name, options),
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

  command(program, 'report', 'Write the results of one or more runs to files: a page, a table, or data')
    .argument('[run...]', 'Run ids or their first characters (default: the newest run)')
    .addOption(
      repeatable(
        '--format <formats>',
        'html, table (csv, Markdown, LaTeX), csv, xlsx, json, jsonl, parquet, npy, npz, pickle, trace; separate several by commas (default: html,table)',
      ),
    )
    .option(
      '--tables <tables>',
      'Write only these tables, e.g. results,samples_long, by default as csv',
      list,
    )
    .option('--open', 'Open the page in the browser')
    .option(
      '--output <folder>',
      "Folder to write to (default: reports/ in the run's folder; Logs/reports/ for several runs)",
    )
    .action(async (names: string[], options: ReportOptions) =>
      (await import('../commands/report.js')).report(names, options),
    );
}
