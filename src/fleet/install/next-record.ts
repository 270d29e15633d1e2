import { CollabError, ExitCode } from '../../errors.js';
import { defaultFleetSettings, type FleetSettings } from '../membership/index.js';
import { chooseKeepers } from './keepers.js';
import { serverIds } from './keeper-sets.js';
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
  settings: FleetSettings | undefined;
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
  if (before?.store_made === true) refuseLostKeepers(before, all);
  for (const member of members) checkMetadata(member, wish.version);
  const settings =
    wish.settings === undefined
      ? (before?.settings ?? settingsRecord(defaultFleetSettings()))
      : settingsRecord(wish.settings);
  return {
    format: 1,
    name: wish.name,
    kind: wish.kind,
    lan: wish.lan,
    version: wish.version,
    tasks: wish.tasks ?? before?.tasks ?? true,
    settings: { ...settings, public_read: wish.publicRead ?? settings.public_read },
    keepers: chooseKeepers(all, wish.keepers, before?.keepers ?? null, before?.store_made ?? false),
    store_made: before?.store_made ?? false,
    members: all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
  };
}

/** The record without some members. */
export function withoutMembers(record: FleetRecord, gone: readonly FleetMember[]): FleetRecord {
  const members = record.members.filter(({ id }) => !gone.some((one) => one.id === id));
  return { ...record, members, keepers: chooseKeepers(members, [], record.keepers, record.store_made) };
}

/** Keepers that would go with members of this machine: their files must go elsewhere first. */
function refuseLostKeepers(before: FleetRecord, all: readonly FleetMember[]): void {
  const lost = before.members.filter(
    ({ id }) => serverIds(before).includes(id) && !all.some((one) => one.id === id),
  );
  if (lost.length === 0) return;
  const names = lost.map(({ name }) => name).join(', ');
  throw new CollabError('fleet-keeper', {
    what: `${names} ${lost.length === 1 ? 'is a keeper' : 'are keepers'} of the fleet ${before.name}.`,
    why: "The fleet's files are there.",
    next: `Let others keep them first: collab fleet up --keepers ${all[0]?.name ?? ''}`,
    exitCode: ExitCode.usage,
  });
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
