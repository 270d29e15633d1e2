import { deviceEngine, type Engine, reachAll } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import {
  connectDevices,
  type ConnectedDevice,
  type Device,
  fleetClaimant,
  type LAN,
  refuseHeld,
} from '../../network/index.js';
import type { FleetContext, SiteFailure } from './open-site.js';
import { type FleetMember, memberIdOf } from './record.js';

/** A member's device, connected. */
export interface OpenMember {
  member: FleetMember;
  device: Device;
  connected: ConnectedDevice;
  engine: Engine;
}

/**
 * Connects to the devices of some members. A device that a run or a user holds is left out, because work on it would
 * disturb what is measured there; tasks of the fleet itself do not count. Close each connection.
 */
export async function connectMembers(
  { lan, fleet }: { lan: LAN; fleet: string },
  members: readonly FleetMember[],
  { workspace, clock, emit, signal }: Pick<FleetContext, 'workspace' | 'clock' | 'emit' | 'signal'>,
): Promise<{ open: OpenMember[]; failures: SiteFailure[] }> {
  const wanted = members.flatMap((member) => {
    const device = lan.devices.find(({ id }) => memberIdOf(id) === member.id);
    return device === undefined ? [] : [{ member, device }];
  });
  const failures: SiteFailure[] = members
    .filter(({ id }) => !wanted.some(({ member }) => member.id === id))
    .map((member) => ({ member, error: notInLan(member, lan.name) }));
  const answers = await connectDevices(
    wanted.map(({ device }) => device),
    { lan, workspace, emit, signal },
  );
  const openEngine = async (connected: ConnectedDevice) => {
    const [engine] = await Promise.all([
      deviceEngine(connected),
      refuseHeld(connected, clock, fleetClaimant(fleet)),
    ]);
    return engine;
  };
  const open: OpenMember[] = [];
  for (const one of await reachAll(answers, openEngine)) {
    const member = members.find(({ id }) => id === memberIdOf(one.device.id));
    if (member === undefined) throw new TypeError(`${one.device.name} is not of this fleet`);
    if ('error' in one) failures.push({ member, error: one.error });
    else open.push({ ...one, member });
  }
  return { open, failures };
}

function notInLan(member: FleetMember, lan: string): CollabError {
  return new CollabError('fleet-member-unknown', {
    what: `${member.name} is not in the LAN ${lan} any more.`,
    why: 'Its login is in the file of the LAN.',
    next: `Add it again (collab device add), or forget it: collab fleet down --only ${member.name} --force`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
