import { type Flavor, flavorFit, gpuGroups, planBase, readFlavor } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice, Device, LAN } from '../../network/index.js';
import { connectMembers, type OpenMember } from './connect-members.js';
import { deliverFlavor } from './deliver-flavor.js';
import { DockerSite, type FleetDevice, socket } from './docker-site.js';
import type { FleetContext, OpenSite, SiteFailure } from './open-site.js';
import type { FleetMember } from './record.js';

type OpenDevice = FleetDevice & OpenMember;

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
  const flavor = await readFlavor(context.workspace, 'fleet');
  const { open, failures } = await connectMembers({ lan, fleet }, members, context);
  const devices = new Map<string, OpenDevice>();
  for (const one of open) {
    const { member } = one;
    const image = await imageFor(flavor, one.device);
    if (image instanceof CollabError) {
      failures.push({ member, error: image });
      await one.connected.close();
      continue;
    }
    const { shell } = one.connected;
    const [socketGroup, gpuFileGroups] = tasks
      ? await Promise.all([groupOf(one.connected), gpuGroups(shell)])
      : [null, []];
    devices.set(member.id, { ...one, imageRef: image, socketGroup, gpuFileGroups });
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

  supply(members: readonly FleetMember[]): Promise<readonly SiteFailure[]> {
    return deliverFlavor(
      this.flavor,
      members.map((member) => this.on(member)),
      this.context,
    );
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
