import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { readFileIfThere } from '../../workspace/index.js';
import { brokerSeed } from './broker-keys.js';
import { token } from './tokens.js';

/** The files of a fleet's folder that belong to this room. */
export const fleetFiles = {
  authority: 'ca.pem',
  authorityKey: 'ca-key.pem',
  access: 'access.json',
  gossipKeys: 'gossip.keys',
  /** The key that a rotation brings; there only while one is under way. */
  nextGossipKey: 'gossip.next',
  /** This user's own token. */
  token: 'token',
  /** Seed of this user's own key for the brokers; missing in a fleet of an earlier version. */
  brokerSeed: 'broker.seed',
  /** Of a guest: user and members, as the join file had them. */
  guest: 'guest.json',
  members: 'members',
} as const;
/** The files of a member, in its folder and in its `--state`. */
export const memberFileNames = { certificate: 'tls.pem', key: 'tls-key.pem' } as const;
/** Of a member too: beside its certificate here. On the device, its agent has it. */
export const memberSeedName = 'broker.seed';

/** @throws CollabError `fleet-broken` if the file is missing */
export async function readFleetFile(folder: string, path: string): Promise<string> {
  const text = await readFileIfThere(join(folder, path));
  if (text === null) throw fleetBroken(folder, `${path} is missing`);
  return text;
}

/** @throws CollabError `fleet-broken` */
export async function readToken(folder: string): Promise<string> {
  const text = (await readFleetFile(folder, fleetFiles.token)).trim();
  if (!token.safeParse(text).success) throw fleetBroken(folder, `${fleetFiles.token} has no token`);
  return text;
}

/** @returns the seed of a key for the brokers; null if there is none @throws CollabError `fleet-broken` */
export async function readSeed(folder: string, path: string): Promise<string | null> {
  const text = (await readFileIfThere(join(folder, path)))?.trim() ?? null;
  if (text !== null && !brokerSeed.safeParse(text).success) throw fleetBroken(folder, `${path} has no seed`);
  return text;
}

export function fleetBroken(folder: string, why: string): CollabError {
  return new CollabError('fleet-broken', {
    what: `The fleet's folder ${folder} cannot be used.`,
    why,
    next: 'Restore it from a backup: collab fleet restore. A guest asks for a new join file.',
    exitCode: ExitCode.usage,
  });
}
