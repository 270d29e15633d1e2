import { CollabError, ExitCode } from '../../errors.js';
import type { OwnedFleet } from '../credentials/index.js';
import type { MemberClient, MemberInfo } from '../membership/index.js';
import { isServerOf } from '../broker/index.js';
import { askBroker } from './ask-broker.js';
import { fleetClient } from './clients.js';
import { keeperSetOf } from './keeper-sets.js';
import type { FleetContext, SiteFailure } from './open-site.js';
import type { PlannedMember } from './plan-fleet.js';
import type { FleetMember, FleetRecord } from './record.js';

/** What a wait for members needs to know of their fleet. */
interface Awaited {
  record: FleetRecord;
  credentials: OwnedFleet;
}

/** How long a member may take to answer and to find the others. */
const joinWithinMs = 30_000;
/** How long a member may take to read its files again; it looks once a second. */
const readWithinMs = 15_000;

/**
 * Waits until a member runs with its new setup and has found another one, and a keeper's broker answers.
 * @throws CollabError `fleet-not-joined`
 */
export async function awaitMember(
  planned: PlannedMember,
  fleet: Awaited,
  { clock, signal }: Pick<FleetContext, 'clock' | 'signal'>,
): Promise<void> {
  const { member } = planned;
  const { credentials } = fleet;
  const client = fleetClient(member, credentials.ca, await credentials.token()).until(signal);
  const untilMs = clock.now().getTime() + joinWithinMs;
  for (;;) {
    signal.throwIfAborted();
    const why = (await lacks(client, planned, fleet)) ?? (await brokerLacks(member, fleet.record));
    if (why === null) return;
    if (clock.now().getTime() >= untilMs) throw notJoined(member, why);
    await clock.sleep(200, signal);
  }
}

/** Why a member is not as it should be; null if it is. */
async function lacks(
  client: MemberClient,
  { mark }: PlannedMember,
  { record }: Awaited,
): Promise<string | null> {
  try {
    const { phase, refused, setup } = await client.info();
    if (setup !== mark) return 'It still runs with its old settings.';
    if (refused !== null) {
      return `It is refused: its name is in use at ${refused.theirs}, and it is at ${refused.ours}.`;
    }
    if (phase === 'joined' || phase === 'left' || record.members.length === 1) return null;
    return `It answers, but found none of the others within ${joinWithinMs / 1000} s.`;
  } catch (error) {
    if (!(error instanceof CollabError)) throw error;
    return [error.what, error.why].filter(Boolean).join(' ');
  }
}

async function brokerLacks(member: FleetMember, record: FleetRecord): Promise<string | null> {
  const set = keeperSetOf(record, member.id);
  if (set === null) return null;
  const { answers, why, serverName: name } = await askBroker(member);
  if (!answers) return `Its broker does not answer on port ${member.nats_port}: ${why ?? ''}`;
  const isOfThese = name !== null && isServerOf(name, member.id, set.generation);
  return isOfThese ? null : 'Its broker is still of other keepers.';
}

/** Waits until a member says that it has read what it was given. @returns why it has not; null if it has */
export async function awaitInfo(
  member: FleetMember,
  hasRead: (info: MemberInfo) => boolean,
  { credentials }: Pick<Awaited, 'credentials'>,
  { clock, signal }: Pick<FleetContext, 'clock' | 'signal'>,
): Promise<string | null> {
  const client = fleetClient(member, credentials.ca, await credentials.token()).until(signal);
  const untilMs = clock.now().getTime() + readWithinMs;
  for (;;) {
    let why = 'It answers, and has not read it.';
    try {
      if (hasRead(await client.info())) return null;
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
      why = [error.what, error.why].filter(Boolean).join(' ');
    }
    signal.throwIfAborted();
    if (clock.now().getTime() >= untilMs) return why;
    await clock.sleep(200, signal);
  }
}

/** Waits for all members of a change at once. */
export async function awaitStarted(
  { done, failures }: { done: readonly PlannedMember[]; failures: readonly SiteFailure[] },
  fleet: Awaited,
  context: FleetContext,
): Promise<{ done: PlannedMember[]; failures: SiteFailure[] }> {
  const joined: PlannedMember[] = [];
  const failed = [...failures];
  await Promise.all(
    done.map(async (one) => {
      const { member, act } = one;
      try {
        await awaitMember(one, fleet, context);
      } catch (error) {
        if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
        failed.push({ member, error });
        return;
      }
      joined.push(one);
      if (act !== 'keep') {
        context.emit({ kind: 'fleet.joined', member: member.name, address: member.address });
      }
    }),
  );
  return { done: joined, failures: failed };
}

function notJoined(member: FleetMember, why: string): CollabError {
  return new CollabError('fleet-not-joined', {
    what: `${member.name} did not join the fleet.`,
    why,
    next: `Ports ${member.gossip_port} (UDP and TCP) and ${member.http_port} (TCP) must be open between the devices and from here. Then run collab fleet up again.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
