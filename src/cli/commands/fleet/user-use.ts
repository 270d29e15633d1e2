import { readFile } from 'node:fs/promises';
import {
  CollabError,
  CredentialStore,
  ExitCode,
  messageOf,
  openInvite,
  parseInvite,
} from '../../../index.js';
import { openSession } from '../../session/index.js';

/** `collab fleet user use <file>`: uses a fleet of somebody else from this workspace. */
export async function fleetUserUse(file: string, flags: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(flags);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CollabError('bad-join-file', {
      what: `The join file ${file} cannot be read.`,
      why: messageOf(error),
      next: 'Give the path of the file that you got from the owner of the fleet.',
      exitCode: ExitCode.usage,
    });
  });
  const { fleet, user } = await openInvite(new CredentialStore(workspace), parseInvite(text));
  print(`You are ${user} in the fleet ${fleet}. See who is alive: collab fleet members --fleet ${fleet}`, {
    fleet,
    user,
  });
}
