import type { Command } from 'commander';
import { again, command, list } from './command.js';
import type { GatewayOptions } from '../commands/gateway/on.js';
import type { SyncOptions } from '../commands/sync.js';

/** `collab sync` and `collab gateway ...`: files to the devices, and a way to the internet for them. */
export function addSyncCommands(program: Command): void {
  command(program, 'sync', 'send code to the devices, only what differs')
    .argument('[folder]', 'any folder; default: TestCases/ and base-images/ of the workspace')
    .option('--lan <name>', 'another LAN than the current one')
    .option('--only <devices>', 'these devices only, e.g. --only nano1,nano2', list)
    .option('--tag <tag>', 'devices with this tag only (again for more)', again, [])
    .option(
      '--to <folder>',
      "folder on the devices, absolute or below the login's home; default: collab/<name>",
    )
    .option('--delete', 'remove what is there and not here')
    .option('--dry-run', 'show what would be done, and do nothing')
    .action(async (folder: string | undefined, options: SyncOptions) =>
      (await import('../commands/sync.js')).sync(folder, options),
    );

  const gateway = program
    .command('gateway')
    .description('let devices reach the internet through this PC')
    .exitOverride();
  command(gateway, 'on', 'forward and masquerade between two interfaces, and route the devices through here')
    .requiredOption('--from <interface>', 'interface of this PC on which the devices are')
    .requiredOption('--to <interface>', 'interface of this PC that leads to the internet')
    .option('--lan <name>', 'another LAN than the current one')
    .option('--only <devices>', 'route these devices only, e.g. --only nano1,nano2', list)
    .option('--tag <tag>', 'route devices with this tag only (again for more)', again, [])
    .option('--dry-run', 'show the commands, and do nothing')
    .action(async (options: GatewayOptions) =>
      (await import('../commands/gateway/on.js')).gatewayOn(options),
    );
  command(gateway, 'off', 'take all of it back, here and on the devices')
    .option('--dry-run', 'show the commands, and do nothing')
    .action(async (options: { dryRun?: boolean; json?: boolean }) =>
      (await import('../commands/gateway/off.js')).gatewayOff(options),
    );
  command(gateway, 'status', 'whether it is on, and for whom').action(async (options: { json?: boolean }) =>
    (await import('../commands/gateway/status.js')).gatewayStatus(options),
  );
}
