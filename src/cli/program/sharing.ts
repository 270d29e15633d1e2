import type { Command } from 'commander';
import type { ExportOptions } from '../commands/export.js';
import type { ImportOptions } from '../commands/import.js';
import { command } from './command.js';

/** Commands that take experiments from one workspace to another: `export` and `import`. */
export function addSharingCommands(program: Command): void {
  command(program, 'export', 'Write an experiment, and a run of it if asked, to a file to share')
    .argument('<experiment>', 'Name of a folder in TestCases/, or a path')
    .option(
      '--with-run <run>',
      'Include this run, with the code that it ran: a run id or its first characters',
    )
    .option('--with-images', 'Include the images that its roles are built on')
    .option('--output <file>', 'File to write (default: <name>.collab.tar.gz in this folder)')
    .option('--force', 'Replace a file that is there already')
    .addHelpText(
      'after',
      `
Secrets, addresses, logins and data stay here. The export stops if a file holds
a key, a token or a password that this workspace or the environment has.`,
    )
    .action(async (experiment: string, options: ExportOptions) =>
      (await import('../commands/export.js')).exportExperiment(experiment, options),
    );

  command(program, 'import', 'Check an experiment of someone else, show what it asks for, and take it')
    .argument('<source>', 'File that `collab export` wrote, folder, or address of a git repository')
    .option('--as <name>', 'Name of its folder in TestCases/ (default: the name of the experiment)')
    .option('--path <folder>', 'Which experiment of a folder or a repository with several')
    .option('-y, --yes', 'Do not ask; needs --trust')
    .option('--trust <sha256>', 'Take nothing but what has this hash')
    .addHelpText(
      'after',
      `
An experiment runs programs of its author on your devices. Check what it asks
for, and whether you trust the author. Nothing is changed before you agree, and
then all of it is taken or nothing.`,
    )
    .action(async (source: string, options: ImportOptions) =>
      (await import('../commands/import.js')).importExperiment(source, options),
    );
}
