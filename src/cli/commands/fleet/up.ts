import { userInfo } from 'node:os';
import { CollabError, ExitCode, FleetChange, type ProfileName, readFleetSettings } from '../../../index.js';
import {
  agrees,
  localFleet,
  openSession,
  pickedDevices,
  type PickOptions,
  throwIfFailed,
} from '../../session/index.js';
import { fleetPlanText } from '../../text/index.js';

export interface FleetUpFlags extends PickOptions {
  local?: boolean;
  members?: number;
  keepers?: string[];
  profile?: ProfileName;
  settings?: string;
  publicRead?: boolean;
  tasks?: boolean;
  newStore?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** `collab fleet up`: makes a fleet of the devices of a LAN, or of processes here, or applies what differs. */
export async function fleetUp(flags: FleetUpFlags, atOnce?: number): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(flags, 'events');
  if (flags.members !== undefined && flags.local !== true) throw membersOfLan();
  const options = {
    keepers: flags.keepers ?? [],
    settings: await readFleetSettings(workspace, flags),
    publicRead: flags.publicRead,
    tasks: flags.tasks,
    user: userName(),
    newStore: flags.newStore,
    atOnce,
  };
  const context = { workspace, clock, emit, signal };
  await using change = flags.local
    ? await FleetChange.here(localFleet, flags.members, options, context)
    : await onLan();
  const { plan } = change;
  const { record } = plan;
  say(fleetPlanText(plan));
  const isIdle = plan.members.every(({ act }) => act === 'keep') && plan.surplus.length === 0;
  const result = { fleet: record.name, members: record.members.map(({ id, name }) => ({ id, name })) };
  const acts = plan.members.map(({ member, act, why }) => ({ member: member.name, act, why }));
  if (flags.dryRun === true) {
    print(null, { ...result, acts, applied: false });
    return;
  }
  const agreed =
    isIdle ||
    flags.local === true ||
    (await agrees(flags.yes, 'Starting a fleet needs confirmation', 'Go on?'));
  if (!agreed) return;
  const { done, failures, storeError } = await change.apply();
  const command = flags.local === true ? 'collab fleet members --local' : 'collab fleet members';
  const counted = `${done.length} of ${plan.members.length} ${plan.members.length === 1 ? 'member' : 'members'}`;
  print(`${counted} of the fleet ${record.name} found the others. See them: ${command}`, {
    ...result,
    acts,
    applied: true,
  });
  const failed = [...plan.failures, ...failures].map(({ member, error }) => ({ device: member.name, error }));
  throwIfFailed(`Could not make members of`, failed, done.length);
  if (storeError !== null) throw storeError;

  async function onLan() {
    const { lan, devices } = await pickedDevices(workspace, flags);
    return FleetChange.onLan(lan, devices, options, context);
  }
}

/** The name of this user as a fleet can know it. */
function userName(): string {
  const clean = userInfo()
    .username.replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return clean === '' ? 'owner' : clean.slice(0, 63);
}

function membersOfLan(): CollabError {
  return new CollabError('fleet-members', {
    what: '--members is for a fleet on this machine.',
    why: 'The members of a fleet on a LAN are its devices.',
    next: 'Add --local, or choose devices with --only or --device-tag.',
    exitCode: ExitCode.usage,
  });
}
