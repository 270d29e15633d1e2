import type { Engine, TarFile } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import { deviceStateVariable, deviceTmp, gpuGroupsVariable, taskLabel } from '../broker/index.js';
import type { FleetMember } from './record.js';
import { type FleetSite, type MemberSetup, type SeenMember, serviceNames } from './site.js';

/** Label of a fleet's container and volume; its value is the fleet's name. */
export const fleetLabel = 'collab.fleet';
const state = '/state';
const hashFile = 'fleet/setup';
/** Paths of the files named by their content that were written. They are large, so they are sent once. */
const namedFile = 'fleet/named';
/** The engine's socket on a device. */
export const socket = '/var/run/docker.sock';
/** The user of the image under which its programs run. */
const owner = { uid: 7946, gid: 7946 };
/** Time to say goodbye to the other members, and for the broker to close its files. */
const stopGraceS = 15;

/** A device of a fleet: its engine, and the tag of the fleet image for it, which says the image's content. */
export interface FleetDevice {
  engine: Engine;
  imageRef: string;
  /** Numeric group that may use the engine's socket; null if only root may. */
  socketGroup: string | null;
  /** Numeric groups that own the device files of its GPU. */
  gpuFileGroups: readonly string[];
}

/** Members as containers on the devices of a LAN. */
export class DockerSite implements FleetSite {
  constructor(
    private readonly fleet: string,
    /** Whether the device's engine is open to the container. It is root on the device. */
    private readonly tasks: boolean,
    private readonly deviceOf: (member: FleetMember) => FleetDevice,
  ) {}

  programsOf(member: FleetMember): string {
    return this.deviceOf(member).imageRef;
  }

  folderOf(): string {
    return state;
  }

  async look(member: FleetMember): Promise<SeenMember> {
    const { engine } = this.deviceOf(member);
    const container = await engine.inspect(this.name);
    if (container === null) return { state: 'none', hash: null, programs: null, isOfOtherForm: false };
    const hash = await this.readText(engine, hashFile);
    return {
      state: container.running && !container.paused ? 'running' : 'stopped',
      hash,
      programs: container.labels[`${fleetLabel}.image`] ?? null,
      isOfOtherForm: container.labels[`${fleetLabel}.form`] !== this.form,
    };
  }

  async start(setup: MemberSetup): Promise<void> {
    const { engine } = this.deviceOf(setup.member);
    if ((await engine.inspect(this.name)) === null) await this.create(setup.member);
    await this.write(setup);
    await this.revive(setup.member);
  }

  change(setup: MemberSetup): Promise<void> {
    return this.write(setup);
  }

  async replace(setup: MemberSetup): Promise<void> {
    await this.remove(setup.member, false);
    await this.start(setup);
  }

  async remove(member: FleetMember, purge: boolean): Promise<void> {
    const { engine } = this.deviceOf(member);
    await engine.stop(this.name, stopGraceS);
    await engine.remove(this.name);
    await this.eachTask(engine, (task) => engine.remove(task));
    if (purge) await engine.removeVolume(this.name);
  }

  async kill(member: FleetMember): Promise<void> {
    const { engine } = this.deviceOf(member);
    await engine.kill(this.name);
    await this.eachTask(engine, (task) => engine.kill(task));
  }

  stop(member: FleetMember): Promise<void> {
    return this.deviceOf(member).engine.stop(this.name, stopGraceS);
  }

  pause(member: FleetMember): Promise<void> {
    return this.deviceOf(member).engine.pause(this.name);
  }

  unpause(member: FleetMember): Promise<void> {
    return this.deviceOf(member).engine.unpause(this.name);
  }

  async revive(member: FleetMember): Promise<void> {
    const { engine } = this.deviceOf(member);
    await engine.unpause(this.name);
    if ((await engine.inspect(this.name))?.running === false) await engine.start(this.name);
  }

  /** The containers of tasks that the member runs. It ends them itself when it ends in order. */
  private async eachTask(engine: Engine, act: (container: string) => Promise<void>): Promise<void> {
    await Promise.all((await engine.find({ [taskLabel]: this.fleet })).map(act));
  }

  private get name(): string {
    return containerOf(this.fleet);
  }

  /** What cannot be changed on a container: a member with another one is replaced. */
  private get form(): string {
    return this.tasks ? 'tasks, always' : 'no-tasks, always';
  }

  private async create(member: FleetMember): Promise<void> {
    const { engine, imageRef, socketGroup, gpuFileGroups } = this.deviceOf(member);
    await this.refuseOtherFleet(engine);
    const labels = { [fleetLabel]: this.fleet, [`${fleetLabel}.member`]: member.id };
    const folder = await engine.makeVolume(this.name, labels);
    await engine.create({
      name: this.name,
      image: imageRef,
      labels: {
        ...labels,
        [`${fleetLabel}.image`]: imageRef,
        [`${fleetLabel}.form`]: this.form,
      },
      ...(this.tasks && {
        env: { [deviceStateVariable]: folder, [gpuGroupsVariable]: gpuFileGroups.join(',') },
      }),
      mounts: [
        { kind: 'volume', source: this.name, target: state },
        // Not the folder of the lease itself: a reboot empties /tmp, and a missing source keeps a container from its start.
        { kind: 'folder', source: '/tmp', target: deviceTmp, readOnly: !this.tasks },
        // The engine mounts folders of the device into the containers of tasks: here they have the same paths.
        ...(this.tasks ? [socket, folder].map((path) => sameFolder(path)) : []),
      ],
      groups: this.tasks && socketGroup !== null ? [socketGroup] : [],
      capabilities: [],
      network: 'host',
      restart: 'always',
    });
  }

  /** Two fleets on one device would want the same ports. @throws CollabError `fleet-other` */
  private async refuseOtherFleet(engine: Engine): Promise<void> {
    for (const id of await engine.find({ [fleetLabel]: '' })) {
      const other = (await engine.inspect(id))?.labels[fleetLabel];
      if (other === undefined || other === this.fleet) continue;
      throw new CollabError('fleet-other', {
        what: `${engine.device} is in another fleet, "${other}".`,
        why: 'A device can be in one fleet.',
        next: `Leave it out (--only), or end that fleet there from the workspace that made it: collab fleet down --only ${engine.device}. By hand, on the device: docker rm -f ${containerOf(other)}`,
        exitCode: ExitCode.deviceBusy,
      });
    }
  }

  /** Writes the files, then the services, which start or restart at once, and the hash, by which the next `look` knows it. */
  private async write({ member, files, services, hash }: MemberSetup): Promise<void> {
    const { engine } = this.deviceOf(member);
    const had = await this.readText(engine, namedFile);
    const named = files.filter((one) => one.isNamedByContent).map(({ path }) => path);
    const own: TarFile[] = [];
    for (const { path, content, mode, isNamedByContent, isKept } of files) {
      if (isNamedByContent && had?.split('\n').includes(path) === true) continue;
      const there = isKept === undefined ? null : await this.readText(engine, path);
      if (there !== null && isKept?.(there) === true) continue;
      own.push({ name: path, content, mode });
    }
    const commands = serviceNames.map((name): TarFile => {
      // A service with an empty file does not run.
      const content = services[name]?.map((argument) => `${argument}\n`).join('') ?? '';
      return { name: `fleet/services/${name}.args`, content, mode: 0o600 };
    });
    await engine.writeFiles(this.name, state, own, owner);
    await engine.writeFiles(this.name, state, commands, owner);
    const marks = [
      { name: namedFile, content: named.join('\n'), mode: 0o600 },
      { name: hashFile, content: hash, mode: 0o600 },
    ];
    await engine.writeFiles(this.name, state, marks, owner);
  }

  private async readText(engine: Engine, path: string): Promise<string | null> {
    return (await engine.readFile(this.name, `${state}/${path}`))?.toString() ?? null;
  }
}

const sameFolder = (path: string) => ({ kind: 'folder' as const, source: path, target: path });

/** Name of a fleet's container and volume on a device. */
export const containerOf = (fleet: string): string => `collab-fleet-${fleet}`;
