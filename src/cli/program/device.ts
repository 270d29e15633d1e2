import type { Command } from 'commander';
import { again, command, list, wholeNumber } from './command.js';
import type { AddOptions } from '../commands/device/add.js';
import type { CheckOptions } from '../commands/device/check.js';
import type { EditOptions } from '../commands/device/edit.js';
import type { LockOptions } from '../commands/device/lock.js';
import type { UnlockOptions } from '../commands/device/unlock.js';
import type { PickOptions } from '../session/index.js';

/** `collab device ...`: the devices of a LAN. */
export function addDeviceCommands(program: Command): void {
  const device = program.command('device').description('the devices of a LAN').exitOverride();
  const onLan = (name: string, description: string) =>
    command(device, name, description).option('--lan <name>', 'another LAN than the current one');
  const picking = (name: string, description: string) =>
    onLan(name, description)
      .option('--only <devices>', 'these devices only, e.g. --only nano1,nano2', list)
      .option('--tag <tag>', 'devices with this tag only (again for more)', again, []);

  picking('list', 'the devices of a LAN with their facts').action(async (options: PickOptions) =>
    (await import('../commands/device/list.js')).deviceList(options),
  );
  onLan('show', 'all that is known of a device')
    .argument('<name>', 'name of a device')
    .action(async (name: string, options: PickOptions) =>
      (await import('../commands/device/show.js')).deviceShow(name, options),
    );
  onLan('add', 'log in to a device, read its facts and add it to the LAN')
    .argument('<user@host[:port]>', 'where it answers, or a Host of your ssh_config')
    .option('--name <name>', 'its name; default: its host name')
    .option('--tag <tag>', 'a tag (again for more)', again, [])
    .option('--key <path>', 'private ssh key; default: the agent, ssh_config, then the keys of ~/.ssh')
    .option('--ssh-config <path>', 'another ssh_config than your own')
    .option('--password-stdin', 'where no key opens: the password is the first line of standard input')
    .option('--trust <fingerprint>', 'trust this new host key without asking (again for more)', again, [])
    .option('-y, --yes', 'trust the host key that it shows; ask nothing')
    .action(async (address: string, options: AddOptions) =>
      (await import('../commands/device/add.js')).deviceAdd(address, options),
    );
  onLan('edit', 'change how a device is named, tagged and reached')
    .argument('<name>', 'name of a device')
    .option('--name <name>', 'another name')
    .option('--tag <tag>', 'add a tag (again for more)', again, [])
    .option('--untag <tag>', 'take a tag away (again for more)', again, [])
    .option('--address <host>', 'another address; refused where another device answers there')
    .option('--user <name>', 'another login')
    .option('--port <number>', 'another port of its ssh server', wholeNumber)
    .option('--key <path>', 'another private ssh key; "none" for the agent and the keys of ~/.ssh')
    .action(async (name: string, options: EditOptions) =>
      (await import('../commands/device/edit.js')).deviceEdit(name, options),
    );
  onLan('remove', 'take a device out of the LAN; nothing is done on the device')
    .argument('<name>', 'name of a device')
    .action(async (name: string, options: PickOptions) =>
      (await import('../commands/device/remove.js')).deviceRemove(name, options),
    );
  picking('check', 'which devices are ready, and what to do for each that is not')
    .argument('[name...]', 'names of devices; default: all')
    .option('--mend', 'run the commands on the devices that bring what they lack, as root by sudo')
    .option('--overhead', 'measure what the wrapper costs on each device that is ready (20 s each)')
    .action(async (names: string[], options: CheckOptions) =>
      (await import('../commands/device/check.js')).deviceCheck(names, options),
    );
  onLan('lock', 'keep other users away from devices for a while; your own runs may use them')
    .argument('<name...>', 'names of devices')
    .option('--for <time>', 'how long, e.g. 30m or 2h', '1h')
    .option('--reason <text>', 'why, told to whoever is kept away')
    .action(async (names: string[], options: LockOptions) =>
      (await import('../commands/device/lock.js')).deviceLock(names, options),
    );
  onLan('unlock', 'end a lock of yours, or with --kick the use of devices by anybody')
    .argument('<name...>', 'names of devices')
    .option('--kick', 'also where another user or a run holds the device; the run stops within 20 s')
    .option('--reason <text>', 'why, told to whoever is kicked')
    .action(async (names: string[], options: UnlockOptions) =>
      (await import('../commands/device/unlock.js')).deviceUnlock(names, options),
    );
  device
    .command('shell')
    .description('an interactive terminal on a device, or in a container there')
    .argument('<name>', 'name of a device')
    .option('--lan <name>', 'another LAN than the current one')
    .option('--image <ref>', 'open it in a new container of this image, removed at the end')
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .showHelpAfterError('(collab device shell --help tells more)')
    .action(async (name: string, options: { lan?: string; image?: string }) =>
      (await import('../commands/device/shell.js')).deviceShell(name, options),
    );
}
