import { createCipheriv, createDecipheriv, createHash, scrypt } from 'node:crypto';
import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { deviceName } from '../../network/index.js';
import type { RandomBytes } from './randomness.js';

/**
 * A backup file: the words below, a line of JSON, the encrypted content, the tag of AES-256-GCM (which also covers what is
 * before the content), and the SHA-256 of everything before. The tag tells a wrong passphrase, and changes made on purpose;
 * the hash tells damage without a passphrase.
 */
const start = Buffer.from('collab-fleet-backup\n');
const [saltBytes, nonceBytes, tagBytes, hashBytes] = [16, 12, 16, 32];
const cipher = 'aes-256-gcm';
/** A passphrase must cost somebody who guesses: 128 MiB and about half a second for each guess. */
const usualCost = 2 ** 17;
/** A file must not make this machine compute for minutes. */
const maxCost = 2 ** 18;
const blockSize = 8;

const headerRecord = z.object({
  format: z.literal(1),
  fleet: deviceName,
  /** When it was made, by this machine's clock. */
  time: z.iso.datetime(),
  parts: z.array(z.string().regex(/^[a-z]{1,30}$/)),
  scrypt_cost: z
    .number()
    .int()
    .min(2)
    .max(maxCost)
    .refine((cost) => Number.isInteger(Math.log2(cost))),
  salt: z.base64(),
  nonce: z.base64().refine((text) => Buffer.from(text, 'base64').length === nonceBytes),
  cipher: z.literal(cipher),
});

/** What a backup says about itself without the passphrase. */
export interface BackupHeader {
  fleet: string;
  time: string;
  parts: readonly string[];
}

export interface SealOptions {
  random: RandomBytes;
  /** N of scrypt. Lower for tests only. */
  cost?: number | undefined;
}

export async function sealBackup(
  { fleet, time, parts }: BackupHeader,
  content: Buffer,
  passphrase: string,
  { random, cost = usualCost }: SealOptions,
): Promise<Buffer> {
  const [salt, nonce] = [random(saltBytes), random(nonceBytes)];
  const record: z.input<typeof headerRecord> = {
    format: 1,
    fleet,
    time,
    parts: [...parts],
    scrypt_cost: cost,
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    cipher,
  };
  const head = Buffer.concat([start, Buffer.from(`${JSON.stringify(headerRecord.parse(record))}\n`)]);
  const sealing = createCipheriv(cipher, await keyOf(passphrase, salt, cost), nonce).setAAD(head);
  const body = [sealing.update(content), sealing.final(), sealing.getAuthTag()];
  const all = Buffer.concat([head, ...body]);
  return Buffer.concat([all, sha256(all)]);
}

/** @throws CollabError `bad-backup`, `backup-damaged`, `backup-newer` */
export function readBackupHeader(file: Buffer): BackupHeader {
  const { fleet, time, parts } = split(file).record;
  return { fleet, time, parts };
}

/** @throws CollabError `backup-passphrase`, and those of `readBackupHeader` */
export async function unsealBackup(
  file: Buffer,
  passphrase: string,
): Promise<{ header: BackupHeader; content: Buffer }> {
  const { head, body, tag, record } = split(file);
  const key = await keyOf(passphrase, Buffer.from(record.salt, 'base64'), record.scrypt_cost);
  const opening = createDecipheriv(cipher, key, Buffer.from(record.nonce, 'base64'));
  opening.setAAD(head).setAuthTag(tag);
  try {
    const content = Buffer.concat([opening.update(body), opening.final()]);
    return { header: readBackupHeader(file), content };
  } catch {
    throw new CollabError('backup-passphrase', {
      what: 'The backup cannot be decrypted.',
      why: 'The passphrase is wrong, or somebody changed the file on purpose.',
      next: 'Try the passphrase again; upper and lower case differ.',
      exitCode: ExitCode.usage,
    });
  }
}

function split(file: Buffer) {
  if (!file.subarray(0, start.length).equals(start)) throw badBackup('it does not begin as one');
  const end = file.length - hashBytes;
  const headEnd = file.indexOf('\n', start.length) + 1;
  if (headEnd === 0 || end - tagBytes < headEnd || !sha256(file.subarray(0, end)).equals(file.subarray(end)))
    throw backupDamaged('Its bytes are not those that were written, or some are missing.');
  const record = parseHeader(file.subarray(start.length, headEnd).toString());
  return {
    record,
    head: file.subarray(0, headEnd),
    body: file.subarray(headEnd, end - tagBytes),
    tag: file.subarray(end - tagBytes, end),
  };
}

function parseHeader(text: string): z.infer<typeof headerRecord> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badBackup('its header is not JSON');
  }
  const { format } = z.object({ format: z.number() }).catch({ format: 0 }).parse(json);
  if (format > 1) throw backupNewer(`Its format is ${format}.`);
  const read = headerRecord.safeParse(json);
  if (!read.success) throw badBackup(z.prettifyError(read.error));
  return read.data;
}

/** The same key for a passphrase however the keyboard composes its letters. */
function keyOf(passphrase: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: cost, r: blockSize, p: 1, maxmem: 2 * 128 * maxCost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

export function badBackup(why: string): CollabError {
  return new CollabError('bad-backup', {
    what: 'The file is not a backup of a fleet that can be used.',
    why,
    next: 'Pass a file that collab fleet backup wrote.',
    exitCode: ExitCode.usage,
  });
}

export function backupDamaged(why: string): CollabError {
  return new CollabError('backup-damaged', {
    what: 'The backup is damaged. Nothing was restored.',
    why,
    next: 'Copy it again from where it was saved, or use another backup.',
    exitCode: ExitCode.usage,
  });
}

export function backupNewer(why: string): CollabError {
  return new CollabError('backup-newer', {
    what: 'The backup was made by a newer version of collab.',
    why,
    next: 'Update collab, then restore it.',
    exitCode: ExitCode.usage,
  });
}
