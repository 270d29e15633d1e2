import type { Command } from 'commander';
import type { CleanOptions } from '../commands/clean.js';
import { command, onDevices } from './command.js';

/** `clean`. */
export function addCleanCommand(program: Command): void {
  onDevices(command(program, 'clean', 'Remove what runs that are over left on devices and here'))
    .option('--uncollected', 'Also remove logs that were not collected: they may be the only copy')
    .option('--dry-run', 'Show what would be removed, without removing it')
    .option('--yes', 'Do not ask')
    .addHelpText(
      'after',
      `
Finds containers, processes, leases and folders of runs, and removes those of
runs that have ended or whose controller is gone. Left alone are runs under way,
runs that no workspace of this machine knows, and logs that are not here yet
(collab resume collects them).`,
    )
    .action(async (options: CleanOptions) => (await import('../commands/clean.js')).clean(options));
}
