import type { Command } from 'commander';
import { command, group } from './command.js';

interface Options {
  json?: boolean;
}

/** `collab lan ...`. */
export function addLanCommands(program: Command): void {
  const lan = group(program, 'lan', 'Manage the saved LANs of this workspace');
  command(lan, 'list', 'List the saved LANs and mark the current one').action(async (options: Options) =>
    (await import('../commands/lan/list.js')).lanList(options),
  );
  command(lan, 'use', 'Make a saved LAN the current one')
    .argument('<name>', 'Name of a LAN')
    .action(async (name: string, options: Options) =>
      (await import('../commands/lan/use.js')).lanUse(name, options),
    );
  command(lan, 'show', 'Show a LAN with its controller and devices')
    .argument('[name]', 'Name of a LAN (default: the current LAN)')
    .action(async (name: string | undefined, options: Options) =>
      (await import('../commands/lan/show.js')).lanShow(name, options),
    );
  command(lan, 'remove', 'Remove a saved LAN; its devices are not changed')
    .argument('<name>', 'Name of a LAN')
    .option('-y, --yes', 'Do not ask for confirmation')
    .action(async (name: string, options: Options & { yes?: boolean }) =>
      (await import('../commands/lan/remove.js')).lanRemove(name, options),
    );
}
