import { Option, type Command } from 'commander';
import { repeatable } from './command.js';

/** Options that say how to log in to new devices: those of `setup` and of `device add`. */
export function addLoginOptions(one: Command): Command {
  return one
    .option('--key <path>', 'Private ssh key (default: the ssh agent, ssh_config, then the keys in ~/.ssh)')
    .option('--ssh-config <path>', 'ssh_config to use (default: your own)')
    .option(
      '--password-stdin',
      'If no key is accepted, read the password from the first line of standard input',
    )
    .addOption(
      repeatable(
        '--trust <fingerprint>',
        'Trust a new host key with this fingerprint; "all" trusts every one',
      ),
    );
}

/** `--fix`, and `--mend`, its old name. */
export function addFixOption(one: Command): Command {
  return one
    .option('--fix', 'Run the commands that install what devices lack, as root with sudo')
    .addOption(new Option('--mend').implies({ fix: true }).hideHelp());
}

/** `--no-fix`, for commands that otherwise ask. */
export function addNoFixOption(one: Command): Command {
  return one
    .option('--no-fix', 'Only show these commands, and do not ask')
    .addOption(new Option('--no-mend').implies({ fix: false }).hideHelp());
}
