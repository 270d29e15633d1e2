import { type Command, Option } from 'commander';
import type { InitOptions, TemplateName } from '../../index.js';
import { command } from './command.js';

/** Commands to begin with: `init`, `new` and `docs`. */
export function addBeginCommands(program: Command): void {
  command(program, 'init', 'Make a workspace, with an experiment that runs at once')
    .argument('[folder]', 'Folder of the workspace', '.')
    .option('--examples', 'Also add the larger examples: split-inference, and folders of jobs')
    .option('--force', 'Make it inside another workspace')
    .addHelpText(
      'after',
      `
Files and folders that are there stay as they are. In a workspace, --examples
adds the examples that it does not have.`,
    )
    .action(async (folder: string, options: InitOptions & { json?: boolean }) =>
      (await import('../commands/init.js')).init(folder, options),
    );

  command(program, 'new', 'Make an experiment from a template that runs at once')
    .argument('<name>', 'Name of the new experiment, and of its folder in TestCases/')
    .addOption(
      new Option('--template <name>', 'What to start from')
        .choices(['hello', 'split', 'federated', 'batch', 'argparse'])
        .default('hello'),
    )
    .addHelpText(
      'after',
      `
Templates:
  hello      two roles that talk over a socket
  split      a small network, split between a client and a server at a layer
  federated  a server averages what clients learn from data of their own
  batch      one program over a folder of inputs
  argparse   an existing script with flags of its own, unchanged`,
    )
    .action(async (name: string, options: { template: TemplateName; json?: boolean }) =>
      (await import('../commands/new.js')).newFromTemplate(name, options),
    );

  command(program, 'docs', 'Read the documentation of this version')
    .argument('[page]', 'Page to print, e.g. own-boards (default: list them)')
    .action(async (page: string | undefined, options: { json?: boolean }) =>
      (await import('../commands/docs.js')).docs(page, options),
    );
}
