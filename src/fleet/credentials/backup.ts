import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { type Clock, systemClock } from '../../events.js';
import { writeFileAtomic } from '../../workspace/index.js';
import { packFleet, type PartCounts, unpackFleet } from './backup-archive.js';
import {
  badBackup,
  type BackupHeader,
  backupDamaged,
  backupNewer,
  readBackupHeader,
  sealBackup,
  unsealBackup,
} from './backup-format.js';
import { backupParts } from './backup-parts.js';
import { type CredentialStore, openFolder } from './credential-store.js';
import { type RandomBytes, systemRandom } from './randomness.js';

const exitCode = ExitCode.usage;
const minCharacters = 8;
/** Credentials and settings are far smaller. All of it is in memory, so that nothing is written before all is checked. */
const maxBytes = 256e6;

export interface BackupOptions {
  /** Whether a file that is there may be overwritten. Default false. */
  replace?: boolean;
  clock?: Pick<Clock, 'now'>;
  random?: RandomBytes;
  /** N of scrypt. Lower for tests only. */
  cost?: number;
}

export interface Backup {
  fleet: string;
  /** When it was made, ISO 8601. */
  time: string;
  /** How many files of each part it has. */
  parts: PartCounts;
  sizeBytes: number;
}

/**
 * Saves a fleet's folder, encrypted with a passphrase, in one file that only this user may read.
 * @throws CollabError `passphrase-short`, `file-exists`, `backup-large`, or `fleet-broken` and others if it could not be restored
 */
export async function backupFleet(
  folder: string,
  file: string,
  passphrase: string,
  options: BackupOptions = {},
): Promise<Backup> {
  const { replace = false, clock = systemClock, random = systemRandom, cost } = options;
  if (passphrase.length < minCharacters) throw passphraseShort();
  if (!replace && (await sizeOf(file)) !== null) throw fileExists(resolve(file));
  const fleet = basename(folder);
  await openFolder(fleet, folder);
  const { tar, parts } = await packFleet(folder);
  if (tar.length > maxBytes) throw tooLarge(resolve(folder), tar.length);
  const header = { fleet, time: clock.now().toISOString(), parts: backupParts.map(({ name }) => name) };
  const sealed = await sealBackup(header, tar, passphrase, { random, cost });
  await writeFileAtomic(file, sealed, 0o600);
  return { fleet, time: header.time, parts, sizeBytes: sealed.length };
}

/** What a backup says about itself without the passphrase. @throws CollabError `no-file`, `bad-backup`, `backup-damaged`, `backup-newer` */
export async function inspectBackup(file: string): Promise<BackupHeader> {
  return readBackupHeader(await readBackup(file));
}

/**
 * Brings a fleet back from a backup: all of it, or nothing is changed.
 * @param options.replace whether a fleet of this name that is there may be replaced; default false
 * @throws CollabError `fleet-exists`, `backup-passphrase`, and those of `inspectBackup`
 */
export async function restoreFleet(
  store: CredentialStore,
  file: string,
  passphrase: string,
  { replace = false }: { replace?: boolean } = {},
): Promise<Backup> {
  const sealed = await readBackup(file);
  const { header, content } = await unsealBackup(sealed, passphrase);
  const { fleet, time } = header;
  const unknown = header.parts.find((part) => !backupParts.some(({ name }) => name === part));
  if (unknown !== undefined) throw backupNewer(`It has a part ${unknown}, which this version does not know.`);
  if (!replace && (await store.list()).includes(fleet)) throw fleetExists(fleet);
  const { files, parts } = await unpackFleet(content, header.parts);
  const check = (folder: string) =>
    openFolder(fleet, folder).catch((error: unknown) => {
      const why = error instanceof CollabError ? error.why : undefined;
      throw backupDamaged(why ?? messageOf(error));
    });
  await store.place(fleet, files, { replace, check });
  return { fleet, time, parts, sizeBytes: sealed.length };
}

async function readBackup(file: string): Promise<Buffer> {
  const size = await sizeOf(file);
  if (size === null) {
    throw new CollabError('no-file', {
      what: `There is no file ${resolve(file)}.`,
      next: 'Pass a file that collab fleet backup wrote.',
      exitCode,
    });
  }
  if (size > 1.1 * maxBytes) throw badBackup(`it is too large: ${size} bytes`);
  return readFile(file);
}

/** Size of a regular file; null if there is none. */
async function sizeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  if (!found.isFile()) throw badBackup(`${resolve(file)} is not a file`);
  return found.size;
}

function passphraseShort(): CollabError {
  return new CollabError('passphrase-short', {
    what: 'The passphrase is too short.',
    why: "The backup has the key of the fleet's authority: who can guess the passphrase owns the fleet.",
    next: `Use at least ${minCharacters} characters, better several words.`,
    exitCode,
  });
}

function fileExists(file: string): CollabError {
  return new CollabError('file-exists', {
    what: `${file} is there already.`,
    next: 'Choose another file, or delete it first.',
    exitCode,
  });
}

function tooLarge(folder: string, bytes: number): CollabError {
  return new CollabError('backup-large', {
    what: `The files below ${folder} are too large for a backup: ${bytes} bytes.`,
    why: `A backup may have ${maxBytes} bytes.`,
    next: 'Move what is not of the fleet out of its folder.',
    exitCode,
  });
}

function fleetExists(fleet: string): CollabError {
  return new CollabError('fleet-exists', {
    what: `This workspace has a fleet named ${fleet} already.`,
    next: 'To replace it with the backup, restore again with --replace.',
    exitCode,
  });
}
