import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { deviceName } from '../../network/index.js';
import { userName } from './access.js';
import { brokerSeed } from './broker-keys.js';
import { isAuthority } from './certificates.js';
import type { CredentialStore } from './credential-store.js';
import { fleetFiles } from './fleet-files.js';
import {
  fromRecord,
  guestFile,
  GuestFleet,
  type KnownMember,
  knownMembers,
  toRecord,
} from './guest-fleet.js';
import { token } from './tokens.js';

const inviteRecord = z.object({
  format: z.literal(1),
  fleet: deviceName,
  ca: z.string().max(10_000).refine(isAuthority, 'not a certificate of an authority'),
  members: knownMembers,
  user: userName,
  token,
  /** Missing in files of earlier versions. */
  broker_seed: brokerSeed.optional(),
});

/** What another person needs to use a fleet from an own PC. It has that person's token, so it must stay private. */
export interface Invite {
  fleet: string;
  /** Certificate of the fleet's authority, PEM. */
  ca: string;
  members: readonly KnownMember[];
  user: string;
  token: string;
  /** Seed of that person's key for the brokers; null in a file of an earlier version. */
  brokerSeed: string | null;
}

const maxCharacters = 4_000_000;

/** The text of a join file. Save it with mode 0600. */
export function inviteFile(invite: Invite): string {
  const { brokerSeed: seed, ...same } = invite;
  const record = {
    ...same,
    format: 1,
    members: invite.members.map(toRecord),
    broker_seed: seed ?? undefined,
  };
  return `${JSON.stringify(inviteRecord.parse(record), null, 2)}\n`;
}

/** @throws CollabError `bad-join-file` with all faults; the text itself, which has a token, is not shown */
export function parseInvite(text: string): Invite {
  if (text.length > maxCharacters) throw badJoinFile('it is too long');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The message of the parser quotes the text.
    throw badJoinFile('it is not JSON, or only a part of it');
  }
  const read = inviteRecord.safeParse(json);
  if (!read.success) throw badJoinFile(z.prettifyError(read.error));
  const { fleet, ca, members, user, token: own, broker_seed: seed = null } = read.data;
  return { fleet, ca, members: members.map(fromRecord), user, token: own, brokerSeed: seed };
}

/**
 * Makes the fleet usable in this workspace. A later join file of the same fleet replaces the one before.
 * @throws CollabError `fleet-exists` if another fleet, or an own one, has this name here
 */
export async function openInvite(store: CredentialStore, invite: Invite): Promise<GuestFleet> {
  const { fleet, user, members, ca, token: own, brokerSeed: seed } = invite;
  const files = [
    guestFile({ fleet, user, members }),
    { path: fleetFiles.authority, content: ca },
    { path: fleetFiles.token, content: `${own}\n` },
  ];
  if (seed !== null) files.push({ path: fleetFiles.brokerSeed, content: `${seed}\n` });
  await store.place(fleet, files, { replace: await isSameGuest(store, invite) });
  return GuestFleet.open(fleet, store.folderOf(fleet));
}

async function isSameGuest(store: CredentialStore, { fleet, ca }: Invite): Promise<boolean> {
  if (!(await store.list()).includes(fleet)) return false;
  const there = await store.open(fleet);
  return there.kind === 'guest' && there.ca === ca;
}

function badJoinFile(why: string): CollabError {
  return new CollabError('bad-join-file', {
    what: 'The join file cannot be used.',
    why,
    next: 'Ask for a new one. The admin makes it with: collab fleet user add',
    exitCode: ExitCode.usage,
  });
}
