import { CollabError, ExitCode } from '../../errors.js';
import { mapLimit } from '../../deployment/index.js';
import type { Access, OwnedFleet } from '../credentials/index.js';
import { awaitMember } from './await-members.js';
import { serverIds, viewOf } from './keeper-sets.js';
import { memberSetup } from './member-setup.js';
import type { BrokerSecrets } from './nats-config.js';
import type { FleetContext, OpenSite, SiteFailure } from './open-site.js';
import { type MemberAct, planMember, type PlannedMember, planSteps } from './plan-fleet.js';
import type { FleetMember, FleetRecord } from './record.js';
import type { MemberSetup } from './site.js';

/** A fleet with all that the setups of its members are made of. */
export interface FleetParts {
  record: FleetRecord;
  credentials: OwnedFleet;
  secrets: BrokerSecrets;
  /** The program of the agents: JavaScript. */
  agentProgram: string;
  /** The program with which keepers serve the dashboard; null if they do not. */
  dashboardProgram: string | null;
  access: Access;
  /** Flags of the member program, from the settings. */
  settingFlags: readonly string[];
}

export interface Applied {
  done: PlannedMember[];
  failures: SiteFailure[];
}

/** Members that are started at once. */
const mostAtOnce = 8;

/** The setup of a member with the credentials that are saved now. */
export async function setupOf(
  member: FleetMember,
  { site }: OpenSite,
  parts: FleetParts,
): Promise<MemberSetup> {
  const { record, credentials } = parts;
  await credentials.ensureMember(member.id, [member.address]);
  return memberSetup(viewOf(record, member.id), member, site, {
    ...parts,
    credentials: await credentials.memberFiles(member.id),
    brokerSeed: await credentials.memberBrokerSeed(member.id),
  });
}

/**
 * Gives members what they should have, in steps that keep a majority of the keepers there. A member that fails does not stop
 * the others; a keeper that fails stops those after it.
 * @param atOnce members that are changed at once
 */
export async function applyToMembers(
  open: OpenSite,
  members: readonly FleetMember[],
  parts: FleetParts,
  context: FleetContext,
  atOnce?: number,
): Promise<Applied> {
  const failures: SiteFailure[] = [];
  const done: PlannedMember[] = [];
  const setups = new Map<string, MemberSetup>();
  const planned: PlannedMember[] = [];
  for (const member of members) {
    const setup = await setupOf(member, open, parts);
    setups.set(member.id, setup);
    planned.push(planMember(setup, await open.site.look(member), open.site.programsOf(member)));
  }
  const needing = planned.filter(({ act }) => act === 'start' || act === 'replace');
  failures.push(...(await open.supply(needing.map(({ member }) => member))));
  done.push(...planned.filter(({ act }) => act === 'keep'));
  const isSupplied = ({ member }: PlannedMember) => !failures.some((one) => one.member.id === member.id);
  const keepers = serverIds(parts.record);
  for (const step of planSteps(planned.filter(isSupplied), keepers, atOnce)) {
    const isKeeperChange = step.some(({ act, member }) => act !== 'start' && keepers.includes(member.id));
    if (isKeeperChange && failures.some(({ member }) => keepers.includes(member.id))) {
      failures.push(...step.map(({ member }) => ({ member, error: keptBack(member) })));
      continue;
    }
    await mapLimit(step, mostAtOnce, async (one) => {
      context.signal.throwIfAborted();
      const setup = setups.get(one.member.id);
      if (setup === undefined) throw new TypeError(`no setup of ${one.member.name}`);
      try {
        await carryOut(one, setup, open, context);
        if (isKeeperChange) await awaitMember(one, parts, context);
        done.push(one);
      } catch (error) {
        if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
        failures.push({ member: one.member, error });
      }
    });
  }
  return { done, failures };
}

async function carryOut(
  { member, act, why }: PlannedMember,
  setup: MemberSetup,
  { site }: OpenSite,
  { emit }: FleetContext,
): Promise<void> {
  const acts: Readonly<Record<Exclude<MemberAct, 'keep'>, () => Promise<void>>> = {
    start: () => {
      emit({ kind: 'fleet.starting', member: member.name, address: member.address, why });
      return site.start(setup);
    },
    replace: () => {
      emit({ kind: 'fleet.replacing', member: member.name, why });
      return site.replace(setup);
    },
    change: () => {
      emit({ kind: 'fleet.changing', member: member.name, why });
      return site.change(setup);
    },
  };
  if (act !== 'keep') await acts[act]();
}

function keptBack(member: FleetMember): CollabError {
  return new CollabError('fleet-kept-back', {
    what: `${member.name} was not changed.`,
    why: 'Another keeper failed before, and a majority of the keepers must go on.',
    next: 'Correct that, and run the command again.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
