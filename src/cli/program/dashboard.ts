import type { Command } from 'commander';
import type { DashboardFlags } from '../commands/dashboard.js';
import { command, onFleet, repeatable, wholeNumber } from './command.js';

/** `collab dashboard`. */
export function addDashboardCommand(program: Command): void {
  onFleet(command(program, 'dashboard', 'Serve a page that shows the fleet as it is, until Ctrl-C'))
    .option('--port <port>', 'Port to listen on; 0 for any that is free', wholeNumber, 7950)
    .option('--address <address>', 'Address of this machine to listen on', '127.0.0.1')
    .addOption(repeatable('--host <name>', 'Another name by which browsers reach it, as through a tunnel'))
    .option('--read-only', 'Show only: nothing can be changed from the page')
    .option('--link', 'Print another link to the dashboard that is served already')
    .option('--keeper [name]', 'Print a link to the dashboard that a keeper serves')
    .addHelpText(
      'after',
      `
The page is sent without encryption. Leave it on the loopback address and reach
it from elsewhere by ssh: ssh -L 7950:127.0.0.1:7950 <this machine>

Keepers serve it with TLS where fleet.yaml says dashboard: true.`,
    )
    .action(async (flags: DashboardFlags) => (await import('../commands/dashboard.js')).dashboard(flags));
}
