import type { Command } from 'commander';
import { command, group, interactiveCommand, onDevices, onLan, repeatable, wholeNumber } from './command.js';
import { addFixOption, addLoginOptions } from './login.js';
import type { AddOptions } from '../commands/device/add.js';
import type { CheckOptions } from '../commands/device/check.js';
import type { EditOptions } from '../commands/device/edit.js';
import type { LockOptions } from '../commands/device/lock.js';
import type { ShellOptions } from '../commands/device/shell.js';
import type { UnlockOptions } from '../commands/device/unlock.js';
import type { PickOptions } from '../session/index.js';

/** `collab device ...`. */
export function addDeviceCommands(program: Command): void {
  const device = group(program, 'device', 'Manage the devices of a LAN');

  onDevices(command(device, 'list', 'List the devices of a LAN with their facts')).action(
    async (options: PickOptions) => (await import('../commands/device/list.js')).deviceList(options),
  );
  onLan(command(device, 'show', 'Show all facts about a device'))
    .argument('<name>', 'Name of the device')
    .action(async (name: string, options: PickOptions) =>
      (await import('../commands/device/show.js')).deviceShow(name, options),
    );
  addLoginOptions(
    onLan(command(device, 'add', 'Log in to a device, read its facts and add it to a LAN'))
      .argument('<address>', 'user@host[:port], or a Host of your ssh_config')
      .option('--name <name>', 'Name of the device (default: its host name)')
      .addOption(repeatable('--tag <tag>', 'Tag of the device')),
  )
    .option('-y, --yes', 'Trust the host key without asking')
    .action(async (address: string, options: AddOptions) =>
      (await import('../commands/device/add.js')).deviceAdd(address, options),
    );
  onLan(command(device, 'edit', "Change a device's name, tags, address or login"))
    .argument('<name>', 'Name of the device')
    .option('--name <name>', 'New name')
    .addOption(repeatable('--tag <tag>', 'Tag to add'))
    .addOption(repeatable('--untag <tag>', 'Tag to remove'))
    .option('--address <host>', 'New address; refused if another device answers there')
    .option('--user <name>', 'New login user')
    .option('--port <number>', 'New ssh port', wholeNumber)
    .option('--key <path>', 'New private ssh key; "none": use the ssh agent and the keys in ~/.ssh')
    .action(async (name: string, options: EditOptions) =>
      (await import('../commands/device/edit.js')).deviceEdit(name, options),
    );
  onLan(command(device, 'remove', 'Remove a device from a LAN; the device itself is not changed'))
    .argument('<name>', 'Name of the device')
    .action(async (name: string, options: PickOptions) =>
      (await import('../commands/device/remove.js')).deviceRemove(name, options),
    );
  addFixOption(
    onDevices(command(device, 'check', 'Check which devices are ready, and show what to do about the others'))
      .argument('[name...]', 'Names of devices (default: all)')
      .option(
        '--overhead',
        'Measure the overhead of the wrapper, and of following a role, on each ready device (35 s each)',
      ),
  )
    .addHelpText('after', '\nExits with 4 if a device is not ready.')
    .action(async (names: string[], options: CheckOptions) =>
      (await import('../commands/device/check.js')).deviceCheck(names, options),
    );
  onLan(command(device, 'lock', 'Reserve devices for your own runs'))
    .argument('<name...>', 'Names of devices')
    .option('--for <duration>', 'How long, with a unit, e.g. 30m or 2h; at most 7 days', '1h')
    .option('--reason <text>', 'Reason, shown to other users')
    .action(async (names: string[], options: LockOptions) =>
      (await import('../commands/device/lock.js')).deviceLock(names, options),
    );
  onLan(command(device, 'unlock', "Release your locks, or anyone's with --kick"))
    .argument('<name...>', 'Names of devices')
    .option('--kick', 'Also take devices from other users and from runs, which stop within 20 s')
    .option('--reason <text>', 'Reason, shown to the user who loses the device')
    .action(async (names: string[], options: UnlockOptions) =>
      (await import('../commands/device/unlock.js')).deviceUnlock(names, options),
    );
  onLan(interactiveCommand(device, 'shell', 'Open a terminal on a device, or in a container on it'))
    .argument('<name>', 'Name of the device')
    .option('--image <ref>', 'Run it in a new container of this image, removed afterward')
    .addHelpText('after', '\nExits with the exit code of the shell.')
    .action(async (name: string, options: ShellOptions) =>
      (await import('../commands/device/shell.js')).deviceShell(name, options),
    );
}
