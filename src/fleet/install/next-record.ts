import { CollabError, ExitCode } from '../../errors.js';
import { defaultSettings, type MembershipSettings } from '../membership/index.js';
import { chooseKeepers } from './keepers.js';
import { checkMetadata } from './metadata-size.js';
import { type FleetMember, type FleetRecord, settingsRecord } from './record.js';

/** What the user asks of a fleet; undefined leaves what it has. */
export interface FleetWish {
  name: string;
  kind: FleetRecord['kind'];
  lan: string | null;
  version: string;
  /** Names of devices; empty for no wish. */
  keepers: readonly string[];
  settings: MembershipSettings | undefined;
  publicRead: boolean | undefined;
  tasks: boolean | undefined;
}

/**
 * The record of a fleet after `up`.
 * @param members those that were picked. Of a LAN, members that were not picked stay; of this machine they go.
 */
export function nextRecord(
  before: FleetRecord | null,
  members: readonly FleetMember[],
  wish: FleetWish,
): FleetRecord {
  if (before !== null && before.kind !== wish.kind) throw otherKind(before);
  const stay = wish.kind === 'lan' ? (before?.members ?? []) : [];
  const all = [...stay.filter(({ id }) => !members.some((one) => one.id === id)), ...members];
  if (all.length === 0) throw noMembers();
  for (const member of members) checkMetadata(member, wish.version);
  const settings =
    wish.settings === undefined
      ? (before?.settings ?? settingsRecord(defaultSettings()))
      : settingsRecord(wish.settings);
  return {
    format: 1,
    name: wish.name,
    kind: wish.kind,
    lan: wish.lan,
    version: wish.version,
    tasks: wish.tasks ?? before?.tasks ?? true,
    settings: { ...settings, public_read: wish.publicRead ?? settings.public_read },
    keepers: chooseKeepers(all, wish.keepers, before?.keepers ?? null),
    members: all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
  };
}

/** The record without some members. */
export function withoutMembers(record: FleetRecord, gone: readonly FleetMember[]): FleetRecord {
  const members = record.members.filter(({ id }) => !gone.some((one) => one.id === id));
  return { ...record, members, keepers: chooseKeepers(members, [], record.keepers) };
}

function otherKind(before: FleetRecord): CollabError {
  const local = before.kind === 'local';
  return new CollabError('fleet-kind', {
    what: `The fleet ${before.name} is ${local ? 'on this machine alone' : 'on the devices of a LAN'}.`,
    why: 'A fleet cannot move from one to the other.',
    next: local ? 'collab fleet up --local' : 'collab fleet up',
    exitCode: ExitCode.usage,
  });
}

function noMembers(): CollabError {
  return new CollabError('fleet-empty', {
    what: 'The fleet would have no members.',
    next: 'Add devices to the LAN first: collab setup',
    exitCode: ExitCode.usage,
  });
}
