import type { Command } from 'commander';
import { command } from './command.js';

interface Options {
  json?: boolean;
}

/** `collab lan ...`: the saved networks of a workspace. */
export function addLanCommands(program: Command): void {
  const lan = program.command('lan').description('the saved networks of this workspace').exitOverride();
  command(lan, 'list', 'the saved LANs, and which one is in use').action(async (options: Options) =>
    (await import('../commands/lan/list.js')).lanList(options),
  );
  command(lan, 'use', 'make a saved LAN the one that commands use')
    .argument('<name>', 'name of a LAN')
    .action(async (name: string, options: Options) =>
      (await import('../commands/lan/use.js')).lanUse(name, options),
    );
  command(lan, 'show', 'a LAN with its controller and devices')
    .argument('[name]', 'name of a LAN; default: the one in use')
    .action(async (name: string | undefined, options: Options) =>
      (await import('../commands/lan/show.js')).lanShow(name, options),
    );
  command(lan, 'remove', 'forget a LAN; nothing is done on its devices')
    .argument('<name>', 'name of a LAN')
    .option('-y, --yes', 'ask nothing')
    .action(async (name: string, options: Options & { yes?: boolean }) =>
      (await import('../commands/lan/remove.js')).lanRemove(name, options),
    );
}
