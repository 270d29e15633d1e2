import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { LabOptions } from './commands/lab/up.js';
import type { ReportOptions } from './commands/report.js';
import type { RunOptions } from './commands/run.js';
import type { SetupOptions } from './commands/setup.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const again = (value: string, before: string[]) => [...before, value];

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
function number(text: string): number {
  if (text.trim() === '' || !Number.isFinite(Number(text)))
    throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

/** All commands. Each is loaded when it is called, so that help and completion are quick. */
export function makeProgram(): Command {
  const program = new Command('collab')
    .description('Repeatable DNN experiments on a PC and a shelf of edge devices.')
    .version(version)
    .showHelpAfterError('(collab --help lists the commands)')
    .exitOverride();

  command(program, 'setup', 'find devices, log in, read their facts and save them as a LAN')
    .option('--lan <name>', 'name of the LAN', 'lan')
    .option('--interface <name>', 'look for devices on this network interface (again for more)', again, [])
    .option(
      '--device <user@host[:port]>',
      'take this device without looking for it (again for more)',
      again,
      [],
    )
    .option('--user <name>', 'login on devices that do not name one themselves')
    .option('--key <path>', 'private ssh key; default: the agent, then the keys of ~/.ssh')
    .option('--expect <count>', 'stop looking when so many devices have answered', wholeNumber)
    .option('--timeout <seconds>', 'how long to look for devices', number, 3)
    .option('-y, --yes', 'take every device that is found and trust its host key on first use; ask nothing')
    .action(async (options: SetupOptions) => (await import('./commands/setup.js')).setup(options));

  const device = program.command('device').description('the devices of a LAN').exitOverride();
  command(device, 'list', 'the devices of a LAN with their facts')
    .option('--lan <name>', 'another LAN than the current one')
    .action(async (options: { lan?: string; json?: boolean }) =>
      (await import('./commands/device/list.js')).deviceList(options),
    );

  command(program, 'validate', 'check experiment.yaml and name every fault with its line')
    .argument('<experiment>', 'name of a folder of TestCases/, or a path')
    .action(async (name: string, options: { json?: boolean }) =>
      (await import('./commands/validate.js')).validate(name, options),
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
    .option('--local', 'on this machine alone, as plain processes, without an engine')
    .option('--dry-run', 'show what would be done, and do nothing')
    .action(async (name: string, options: RunOptions) =>
      (await import('./commands/run.js')).run(name, options),
    );

  command(program, 'report', 'write what came out of a run')
    .argument('[run]', 'run id, or the start of one; default: the newest')
    .option('--format <format>', 'csv, xlsx or json (again for more)', again, [])
    .option('--output <folder>', "where to; default: the run's reports/ folder")
    .action(async (name: string | undefined, options: ReportOptions) =>
      (await import('./commands/report.js')).report(name, options),
    );

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
    .action(async (options: LabOptions) => (await import('./commands/lab/up.js')).labUp(options));
  named('status', 'the virtual devices and how to reach them').action(
    async (options: { name: string; json?: boolean }) =>
      (await import('./commands/lab/status.js')).labStatus(options),
  );
  named('down', 'remove the virtual devices with all that they hold').action(
    async (options: { name: string; json?: boolean }) =>
      (await import('./commands/lab/down.js')).labDown(options),
  );
}

/** A command with the options that all have. */
function command(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--json', 'machine-readable: events as NDJSON, results as JSON')
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .showHelpAfterError(
      `(collab ${parent.name() === 'collab' ? '' : `${parent.name()} `}${name} --help tells more)`,
    );
}
