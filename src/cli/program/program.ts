import { Command, Option } from 'commander';
import { packageVersion } from '../../package-folder.js';
import { again, command, list, number, wholeNumber } from './command.js';
import type { LabOptions } from '../commands/lab/up.js';
import type { RunOptions } from '../commands/run.js';
import { addDeviceCommands } from './device.js';
import { addDiscoverCommand, addLookOptions } from './discover.js';
import { addImagesCommands } from './images.js';
import { addLanCommands } from './lan.js';
import { addResultCommands } from './results.js';
import { addSyncCommands } from './sync.js';
import type { SetupFlags } from '../setup/index.js';

/** All commands. Each is loaded when it is called, so that help and completion are quick. */
export function makeProgram(): Command {
  const program = new Command('collab')
    .description('Repeatable DNN experiments on a PC and a shelf of edge devices.')
    .version(packageVersion())
    .showHelpAfterError('(collab --help lists the commands)')
    .exitOverride();

  addLookOptions(command(program, 'setup', 'find devices, log in, read their facts and save them as a LAN'))
    .option('--answers <file>', 'a JSON file that answers what flags do not; docs/own-boards.md shows one')
    .option('--lan <name>', 'name of the LAN; default: the one in use')
    .option(
      '--device <user@host[:port]>',
      'take this device without looking for it (again for more)',
      again,
      [],
    )
    .option('--take <names>', 'of those that answer take these: names or addresses, or all', list)
    .option('--user <name>', 'login on devices that do not name one themselves')
    .option('--key <path>', 'private ssh key; default: the agent, ssh_config, then the keys of ~/.ssh')
    .option('--ssh-config <path>', 'another ssh_config for --device than your own')
    .option('--password-stdin', 'where no key opens: the password is the first line of standard input')
    .option(
      '--trust <fingerprint>',
      'trust this new host key without asking, or all (again for more)',
      again,
      [],
    )
    .option('--mend', 'run the commands that bring what devices lack, as root by sudo')
    .option('--no-mend', 'show them only, and do not ask')
    .option('-y, --yes', 'take every device that is found and trust its host key on first use; ask nothing')
    .action(async (options: SetupFlags) => (await import('../commands/setup.js')).setup(options));
  addDiscoverCommand(program);

  addDeviceCommands(program);
  addLanCommands(program);
  addSyncCommands(program);
  addImagesCommands(program);

  command(program, 'validate', 'check experiment.yaml and name every fault with its line')
    .argument('<experiment>', 'name of a folder of TestCases/, or a path')
    .action(async (name: string, options: { json?: boolean }) =>
      (await import('../commands/validate.js')).validate(name, options),
    );

  command(program, 'run', 'run an experiment on a LAN, or with --local on this machine alone')
    .argument('<experiment>', 'name of a folder of TestCases/, or a path')
    .option(
      '--set <parameter=values>',
      'other values for a parameter, e.g. --set split=2,4 (again for more)',
      again,
      [],
    )
    .option('--repeats <count>', 'other number of repeats', wholeNumber)
    .option('--warmup <count>', 'other number of warm-up repeats', wholeNumber)
    .option('--lan <name>', 'another LAN than the current one')
    .option('--only <devices>', 'use these devices only, e.g. --only nano1,nano2', list)
    .option('--tag <tag>', 'use devices with this tag only (again for more)', again, [])
    .option(
      '--place <role=device>',
      'pin a role to a device, e.g. --place server=nano1 or client/1=nano2 (again for more)',
      again,
      [],
    )
    .addOption(
      new Option('--local', 'on this machine alone, as plain processes, without an engine').conflicts([
        'lan',
        'only',
        'tag',
      ]),
    )
    .option('--dry-run', 'show what would be done, and do nothing')
    .action(async (name: string, options: RunOptions) =>
      (await import('../commands/run.js')).run(name, options),
    );

  command(program, 'watch', 'follow a run that goes on, here or in another terminal')
    .argument('[run]', 'run id, or the start of one; default: the newest')
    .action(async (name: string | undefined, options: { json?: boolean }) =>
      (await import('../commands/watch.js')).watch(name, options),
    );

  addResultCommands(program);
  addLab(program);
  return program;
}

function addLab(program: Command): void {
  const lab = program
    .command('lab')
    .description('virtual devices on this machine to rehearse on')
    .exitOverride();
  const named = (name: string, description: string) =>
    command(lab, name, description).option('--name <name>', 'which Lab', 'lab');
  named('up', 'bring up virtual devices, each with its own sshd, Docker Engine and mDNS name')
    .option('--devices <count>', 'how many', wholeNumber, 2)
    .option('--cpus <cores>', 'cores of each', number, 1)
    .option('--memory <size>', 'memory of each, e.g. 512m or 1g', '1g')
    .option('--rate <rate>', 'what each device sends and is sent, e.g. 1gbit; default: no limit')
    .option('--uplink <rate>', 'what this machine sends to all devices together, e.g. 100mbit')
    .addOption(
      new Option('--store <kind>', "how the devices' engines keep images")
        .choices(['classic', 'containerd'])
        .default('classic'),
    )
    .action(async (options: LabOptions) => (await import('../commands/lab/up.js')).labUp(options));
  named('status', 'the virtual devices and how to reach them').action(
    async (options: { name: string; json?: boolean }) =>
      (await import('../commands/lab/status.js')).labStatus(options),
  );
  named('down', 'remove the virtual devices with all that they hold').action(
    async (options: { name: string; json?: boolean }) =>
      (await import('../commands/lab/down.js')).labDown(options),
  );
}
