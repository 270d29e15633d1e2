import { Command, Help } from 'commander';
import { packageVersion } from '../../package-folder.js';
import { addApiCommands } from './api.js';
import { addBeginCommands } from './begin.js';
import { addCleanCommand } from './clean.js';
import { addGlobalOptions } from './command.js';
import { addDashboardCommand } from './dashboard.js';
import { addCompletionCommand } from './completion.js';
import { addDeviceCommands } from './device.js';
import { addDiscoverCommand } from './discover.js';
import { addExamples } from './examples.js';
import { addFleetCommands } from './fleet.js';
import { helpOutput } from './help-width.js';
import { addImagesCommands } from './images.js';
import { addInferCommands } from './infer.js';
import { addJobCommands } from './job.js';
import { addLabCommands } from './lab.js';
import { addLanCommands } from './lan.js';
import { addPoolCommands } from './pool.js';
import { addReplicateCommand } from './replicate.js';
import { addResultCommands } from './results.js';
import { addRunCommands } from './run.js';
import { addSetupCommand } from './setup.js';
import { addSharingCommands } from './sharing.js';
import { addStoreCommands } from './store.js';
import { addSyncCommands } from './sync.js';

/** All commands. Each is loaded when it is called, so that help and completion are fast. */
export function makeProgram(): Command {
  const program = new Command('collab')
    .description('Run repeatable DNN experiments on a PC and a shelf of edge devices')
    .usage('[command] [options]')
    .version(packageVersion(), '-V, --version', 'Show the version')
    .helpCommand('help [command]', 'Show help for a command')
    .showHelpAfterError('(see collab --help)')
    .configureOutput(helpOutput)
    .configureHelp({
      // An empty list is the default of every repeatable option, and says nothing.
      optionDescription: (option) =>
        Array.isArray(option.defaultValue) ? option.description : new Help().optionDescription(option),
    })
    // So that `--version` of a command is its own.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      `
On a terminal, \`collab\` without a command opens a menu.

Exit codes:
  0 success, 1 internal error, 2 invalid usage or file, 3 the experiment, a build
  or a job failed, 4 a device is unreachable or refused, 5 a device is in use,
  6 some trials are complete and some are not, 130 interrupted`,
    );
  addBeginCommands(program);
  addSetupCommand(program);
  addDiscoverCommand(program);
  addDeviceCommands(program);
  addLanCommands(program);
  addSyncCommands(program);
  addImagesCommands(program);
  addRunCommands(program);
  addReplicateCommand(program);
  addCleanCommand(program);
  addResultCommands(program);
  addSharingCommands(program);
  addLabCommands(program);
  addFleetCommands(program);
  addStoreCommands(program);
  addJobCommands(program);
  addInferCommands(program);
  addPoolCommands(program);
  addApiCommands(program);
  addDashboardCommand(program);
  addCompletionCommand(program);
  addGlobalOptions(program);
  addExamples(program);
  return program;
}
