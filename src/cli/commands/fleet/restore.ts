import { CredentialStore, restoreFleet } from '../../../index.js';
import { openSession, passphrase } from '../../session/index.js';

export interface RestoreFlags {
  passphraseFile?: string;
  replace?: boolean;
  json?: boolean;
}

/** `collab fleet restore <file>`: brings a fleet's credentials and configuration back from a backup. */
export async function fleetRestore(file: string, flags: RestoreFlags): Promise<void> {
  const { workspace, print } = openSession(flags);
  const secret = await passphrase(flags.passphraseFile, false);
  const restored = await restoreFleet(new CredentialStore(workspace), file, secret, {
    replace: flags.replace === true,
  });
  print(
    `The fleet ${restored.fleet} is here again, as of ${restored.time}. Give its members what differs: collab fleet up`,
    {
      fleet: restored.fleet,
      time: restored.time,
      parts: restored.parts,
    },
  );
}
