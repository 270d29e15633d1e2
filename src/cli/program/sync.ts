import type { Command } from 'commander';
import { command, group, onDevices } from './command.js';
import type { GatewayOptions } from '../commands/gateway/on.js';
import type { SyncOptions } from '../commands/sync.js';

/** `collab sync` and `collab gateway ...`. */
export function addSyncCommands(program: Command): void {
  onDevices(command(program, 'sync', 'Send changed files to the devices'))
    .argument('[folder]', 'Folder to send (default: TestCases/ and base-images/ of the workspace)')
    .option(
      '--to <folder>',
      "Folder on the devices, absolute or relative to the login user's home (default: collab/<name>)",
    )
    .option('--delete', 'Delete files on the devices that do not exist here')
    .option('--dry-run', 'Show what would be done, without doing it')
    .action(async (folder: string | undefined, options: SyncOptions) =>
      (await import('../commands/sync.js')).sync(folder, options),
    );

  const gateway = group(program, 'gateway', 'Let devices reach the internet through this machine');
  onDevices(command(gateway, 'on', 'Forward IPv4 traffic, and set the default route of the devices'))
    .requiredOption('--from <interface>', 'Interface that leads to the devices')
    .requiredOption('--to <interface>', 'Interface that leads to the internet')
    .option('--dry-run', 'Show the commands, without running them')
    .action(async (options: GatewayOptions) =>
      (await import('../commands/gateway/on.js')).gatewayOn(options),
    );
  command(gateway, 'off', 'Undo `collab gateway on`, here and on the devices')
    .option('--dry-run', 'Show the commands, without running them')
    .action(async (options: { dryRun?: boolean; json?: boolean }) =>
      (await import('../commands/gateway/off.js')).gatewayOff(options),
    );
  command(gateway, 'status', 'Show whether the gateway is on, and for which devices').action(
    async (options: { json?: boolean }) =>
      (await import('../commands/gateway/status.js')).gatewayStatus(options),
  );
}
