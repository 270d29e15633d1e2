import { Option, type Command } from 'commander';
import { command, group, number, wholeNumber } from './command.js';
import type { LabOptions } from '../commands/lab/up.js';

/** `collab lab ...`. */
export function addLabCommands(program: Command): void {
  const lab = group(program, 'lab', 'Rehearse on virtual devices on this machine');
  const named = (name: string, description: string) =>
    command(lab, name, description).option('--name <name>', 'Name of the Lab', 'lab');
  named('up', 'Start virtual devices, each with sshd, Docker Engine and an mDNS name')
    .option('--devices <count>', 'Number of devices', wholeNumber, 2)
    .option('--cpus <cores>', 'Cores of each device', number, 1)
    .option('--memory <size>', 'Memory of each device, e.g. 512m or 1g', '1g')
    .option('--rate <rate>', 'Bandwidth of each device in both directions, e.g. 1gbit (default: no limit)')
    .option('--uplink <rate>', 'Bandwidth from this machine to all devices together (default: no limit)')
    .addOption(
      new Option('--store <kind>', "Image store of the devices' engines")
        .choices(['classic', 'containerd'])
        .default('classic'),
    )
    .action(async (options: LabOptions) => (await import('../commands/lab/up.js')).labUp(options));
  named('status', 'Show the virtual devices and how to reach them').action(
    async (options: { name: string; json?: boolean }) =>
      (await import('../commands/lab/status.js')).labStatus(options),
  );
  named('down', 'Remove the virtual devices and everything on them').action(
    async (options: { name: string; json?: boolean }) =>
      (await import('../commands/lab/down.js')).labDown(options),
  );
}
