import type { Command } from 'commander';
import type { ServeFlags } from '../commands/api/serve.js';
import type { TokenFlags } from '../commands/api/token.js';
import { command, group, onFleet, wholeNumber } from './command.js';

/** `collab api ...`. */
export function addApiCommands(program: Command): void {
  const api = group(program, 'api', 'The API of a fleet, for other programs').addHelpText(
    'after',
    `
Without a command it serves: collab api --local is collab api serve --local.`,
  );
  onFleet(command(api, 'serve', 'Serve it to programs on this machine, until Ctrl-C', { isDefault: true }))
    .option('--port <port>', 'Port to listen on; 0 for any that is free', wholeNumber, 7949)
    .option('--address <address>', 'Address of this machine to listen on: loopback only', '127.0.0.1')
    .option('--spec', 'Print the specification (OpenAPI 3.1) instead')
    .action(async (flags: ServeFlags) => (await import('../commands/api/serve.js')).apiServe(flags));
  onFleet(command(api, 'token', 'Make a token for the API of the keepers'))
    .option('--days <number>', 'For how long it is valid', wholeNumber, 30)
    .action(async (flags: TokenFlags) => (await import('../commands/api/token.js')).apiToken(flags));
}
