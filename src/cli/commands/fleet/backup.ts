import { backupFleet, CredentialStore, formatBytes } from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession, passphrase } from '../../session/index.js';

export interface BackupFlags extends FleetOptions {
  passphraseFile?: string;
  replace?: boolean;
}

/** `collab fleet backup <file>`: saves credentials and configuration of a fleet, encrypted. */
export async function fleetBackup(file: string, flags: BackupFlags): Promise<void> {
  const { workspace, clock, print } = openSession(flags);
  const fleet = await chosenFleet(workspace, flags);
  const store = new CredentialStore(workspace);
  await store.open(fleet);
  const secret = await passphrase(flags.passphraseFile, true);
  const options = { replace: flags.replace === true, clock };
  const saved = await backupFleet(store.folderOf(fleet), file, secret, options);
  print(`Saved ${fleet} in ${file} (${formatBytes(saved.sizeBytes)}).`, {
    fleet,
    file,
    time: saved.time,
    parts: saved.parts,
    size_bytes: saved.sizeBytes,
  });
}
