import { CollabError, ExitCode } from '../../errors.js';
import { CredentialStore, withoutMember } from '../credentials/index.js';
import { applyToMembers } from './apply.js';
import { writeFleetRecord } from './fleet-file.js';
import { openFleetSite } from './fleet-site.js';
import { serverIds } from './keeper-sets.js';
import { withoutMembers } from './next-record.js';
import type { FleetContext, SiteFailure } from './open-site.js';
import { partsOf } from './parts.js';
import type { FleetMember, FleetRecord } from './record.js';
import { rotateGossipKey } from './rotate.js';

export interface DownRequest {
  record: FleetRecord;
  /** Members to end; all for the whole fleet. */
  members: readonly FleetMember[];
  /** Removes their state too, and with the whole fleet its credentials. */
  purge: boolean;
  /** Forgets members that cannot be reached: what runs there is not ended. */
  force: boolean;
}

export interface Downed {
  removed: FleetMember[];
  /** Forgotten, with `force`. */
  forgotten: SiteFailure[];
  failures: SiteFailure[];
  /** Remaining members that could not be told, after a part of the fleet was removed. */
  untold: SiteFailure[];
}

/**
 * Ends members. When a part of the fleet is ended, those members are locked out: the others refuse them, and get another
 * gossip key.
 * @throws CollabError `fleet-keeper` for a keeper of a fleet that goes on
 */
export async function fleetDown(request: DownRequest, context: FleetContext): Promise<Downed> {
  const { record, members, purge, force } = request;
  const isWhole = members.length === record.members.length;
  if (!isWhole) refuseKeepers(record, members);
  const removed: FleetMember[] = [];
  const failures: SiteFailure[] = [];
  {
    await using open = await openFleetSite(record, members, context, false);
    failures.push(...open.failures);
    for (const member of open.reached) {
      context.signal.throwIfAborted();
      try {
        await open.site.remove(member, purge);
        removed.push(member);
        context.emit({ kind: 'fleet.removed', member: member.name, purged: purge });
      } catch (error) {
        if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
        failures.push({ member, error });
      }
    }
  }
  const gone = force ? members : removed;
  const result = { removed, forgotten: force ? failures : [], failures: force ? [] : failures, untold: [] };
  if (isWhole) {
    if (purge && gone.length === members.length)
      await new CredentialStore(context.workspace).remove(record.name);
    return result;
  }
  return { ...result, untold: await lockOut(record, gone, context) };
}

async function lockOut(
  record: FleetRecord,
  gone: readonly FleetMember[],
  context: FleetContext,
): Promise<SiteFailure[]> {
  if (gone.length === 0) return [];
  const credentials = await new CredentialStore(context.workspace).openOwned(record.name);
  let access = await credentials.access();
  for (const { id } of gone) access = withoutMember(access, id);
  await credentials.setAccess(access);
  const rest = withoutMembers(record, gone);
  await writeFleetRecord(credentials.folder, rest);
  const parts = await partsOf(rest, credentials);
  await using open = await openFleetSite(rest, rest.members, context);
  const told = await applyToMembers(open, open.reached, parts, context);
  const rotated = await rotateGossipKey(open, parts, context);
  return [...told.failures, ...rotated.failures];
}

function refuseKeepers(record: FleetRecord, members: readonly FleetMember[]): void {
  const servers = serverIds(record);
  const keepers = members.filter(({ id }) => servers.includes(id));
  if (keepers.length === 0) return;
  throw new CollabError('fleet-keeper', {
    what: `${keepers.map(({ name }) => name).join(', ')} ${keepers.length === 1 ? 'is a keeper' : 'are keepers'} of the fleet ${record.name}.`,
    why: "The fleet's files and jobs are there.",
    next: 'Name the keepers that the fleet has afterwards first: collab fleet up --keepers nano1,nano2,nano3',
    exitCode: ExitCode.usage,
  });
}
