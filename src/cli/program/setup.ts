import type { Command } from 'commander';
import { command, list, repeatable } from './command.js';
import { addDiscoveryOptions } from './discover.js';
import { addFixOption, addLoginOptions, addNoFixOption } from './login.js';
import type { SetupFlags } from '../setup/index.js';

/** `collab setup`. */
export function addSetupCommand(program: Command): void {
  const setup = command(program, 'setup', 'Find devices, log in to them and save them as a LAN')
    .option('--lan <name>', 'Name of the LAN (default: the current LAN)')
    .option('--answers <file>', 'JSON file with answers; see collab docs own-boards. Flags take precedence')
    .addOption(
      repeatable(
        '--device <address>',
        'Set up user@host[:port], or a Host of your ssh_config, without discovery',
      ),
    )
    .option('--take <names>', 'Set up only these discovered devices: names or addresses, or "all"', list)
    .option('--user <name>', 'Login user on devices that do not announce one');
  addNoFixOption(addFixOption(addLoginOptions(addDiscoveryOptions(setup))))
    .option('-y, --yes', 'Take every discovered device and trust its host key without asking')
    .action(async (options: SetupFlags) => (await import('../commands/setup.js')).setup(options));
}
