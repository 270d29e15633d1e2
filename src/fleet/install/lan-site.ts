import {
  controllerEngine,
  deliverBase,
  deviceEngine,
  deviceTarget,
  type Flavor,
  flavorFit,
  LayerStore,
  planBase,
  reachAll,
  readFlavor,
} from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import {
  connectDevices,
  type ConnectedDevice,
  type Device,
  type LAN,
  refuseHeld,
} from '../../network/index.js';
import { DockerSite, type FleetDevice, socket } from './docker-site.js';
import type { FleetContext, OpenSite, SiteFailure } from './open-site.js';
import { type FleetMember, memberIdOf } from './record.js';

interface OpenDevice extends FleetDevice {
  member: FleetMember;
  device: Device;
  connected: ConnectedDevice;
}

/**
 * Connects to the devices of some members. A device that a run or a user holds is left out, because work on it would
 * disturb what is measured there.
 * @param tasks whether the engine of each device is open to its container
 */
export async function openLanSite(
  {
    fleet,
    lan,
    members,
    tasks,
  }: { fleet: string; lan: LAN; members: readonly FleetMember[]; tasks: boolean },
  context: FleetContext,
): Promise<OpenSite> {
  const { workspace, clock, emit, signal } = context;
  const flavor = await readFlavor(workspace, 'fleet');
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
  const open = async (connected: ConnectedDevice) => {
    const [engine] = await Promise.all([deviceEngine(connected), refuseHeld(connected, clock)]);
    return engine;
  };
  const devices = new Map<string, OpenDevice>();
  for (const one of await reachAll(answers, open)) {
    const member = members.find(({ id }) => id === memberIdOf(one.device.id));
    if (member === undefined) throw new TypeError(`${one.device.name} is not of this fleet`);
    if ('error' in one) {
      failures.push({ member, error: one.error });
      continue;
    }
    const image = await imageFor(flavor, one.device);
    if (image instanceof CollabError) {
      failures.push({ member, error: image });
      await one.connected.close();
      continue;
    }
    const socketGroup = tasks ? await groupOf(one.connected) : null;
    devices.set(member.id, { ...one, member, imageRef: image, socketGroup });
  }
  return new LanSite(fleet, tasks, flavor, devices, failures, context);
}

class LanSite implements OpenSite {
  readonly site: DockerSite;

  constructor(
    fleet: string,
    tasks: boolean,
    private readonly flavor: Flavor,
    private readonly devices: ReadonlyMap<string, OpenDevice>,
    readonly failures: readonly SiteFailure[],
    private readonly context: FleetContext,
  ) {
    this.site = new DockerSite(fleet, tasks, (member) => this.on(member));
  }

  get reached(): readonly FleetMember[] {
    return [...this.devices.values()].map(({ member }) => member);
  }

  async supply(members: readonly FleetMember[]): Promise<readonly SiteFailure[]> {
    const failures: SiteFailure[] = [];
    const targets = members.map((member) => {
      const { connected, engine } = this.on(member);
      const { name, facts } = connected.device;
      return { device: name, facts, target: deviceTarget(connected, engine), member };
    });
    if (targets.length === 0) return failures;
    const { emit, signal } = this.context;
    await deliverBase(this.flavor, targets, {
      controller: await controllerEngine(),
      store: new LayerStore(),
      emit,
      signal,
      onFailure: (device, error) => {
        const failed = targets.find((one) => one.device === device);
        if (failed !== undefined) failures.push({ member: failed.member, error });
      },
    });
    return failures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.devices.values()].map(({ connected }) => connected.close()));
  }

  private on(member: FleetMember): OpenDevice {
    const found = this.devices.get(member.id);
    if (found === undefined) throw new TypeError(`no connection to ${member.name}`);
    return found;
  }
}

/** The numeric group of the engine's socket. */
async function groupOf({ shell }: ConnectedDevice): Promise<string | null> {
  const { code, stdout } = await shell.exec(['stat', '-L', '-c', '%g', socket]);
  return code === 0 && /^\d+\s*$/.test(stdout) ? stdout.trim() : null;
}

/** The tag of the fleet image for a device, or why there is none. */
async function imageFor(flavor: Flavor, device: Device): Promise<string | CollabError> {
  const fit = flavorFit(flavor, device.facts);
  if (fit.fits) return (await planBase(flavor, fit.image, device.facts.architecture)).ref;
  return new CollabError('fleet-unfit', {
    what: `${device.name} cannot be a member of a fleet.`,
    why: fit.reason,
    next: `Leave it out: collab fleet up --only ... Or look at it: collab device check ${device.name}`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

function notInLan(member: FleetMember, lan: string): CollabError {
  return new CollabError('fleet-member-unknown', {
    what: `${member.name} is not in the LAN ${lan} any more.`,
    why: 'Its login is in the file of the LAN.',
    next: `Add it again (collab device add), or forget it: collab fleet down --only ${member.name} --force`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
