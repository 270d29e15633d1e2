import {
  CodeLayers,
  deviceEngine,
  deviceRunFolder,
  deviceTarget,
  DockerRuntime,
  type Engine,
  hindranceOf,
  HostSampler,
  LayerStore,
  lookThere,
  type PlacedData,
  reachAll,
  wrapperFiles,
} from '../../deployment/index.js';
import type { Clock, Emit } from '../../events.js';
import {
  ClockKeeper,
  connectDevices,
  type ConnectedDevice,
  type DevicePick,
  type LAN,
  LeaseSet,
  pickDevices,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import type { Pin } from '../plan/index.js';
import {
  controllerEngine,
  type DeployedImage,
  deployImages,
  type ImageOf,
  imagesByRole,
  readBases,
} from '../images/index.js';
import type { RunEvent } from '../events/index.js';
import { LanData, type LanDataOf } from './lan-data.js';
import { placeOnReached } from './place-on-reached.js';
import type { Stage } from './stage.js';

/** The devices of a LAN: connected, roles placed on them, run in containers by their engines. */
export async function lanStage(request: {
  experiment: Experiment;
  lan: LAN;
  pick?: DevicePick;
  pins: readonly Pin[];
  workspace: Workspace;
  emit: Emit<RunEvent>;
  clock: Clock;
  signal: AbortSignal;
}): Promise<Stage> {
  const { experiment, lan, pins, workspace, emit, clock, signal } = request;
  const devices = pickDevices(lan, request.pick ?? {});
  emit({ kind: 'run.connecting', devices: devices.map((device) => device.name) });
  const answers = await connectDevices(devices, { lan, workspace, emit, signal });
  const reached = await reachAll(answers, deviceEngine);
  const connections = reached.flatMap((one) => ('connected' in one ? [one.connected] : []));
  const closeAll = async () => {
    await Promise.all(connections.map((connected) => connected.close()));
  };
  try {
    for (const one of reached) {
      if (!('error' in one)) continue;
      const { step, what: reason, next } = hindranceOf(one.error);
      emit({ kind: 'run.device-left-out', device: one.device.name, step, reason, next });
    }
    const { roles } = experiment.definition;
    const bases = await readBases(roles, workspace);
    const placement = placeOnReached(roles, reached, pins, bases.misfit);
    const names = [...new Set(placement.map((placed) => placed.device))];
    const used = connections.filter((connected) => names.includes(connected.device.name));
    const images = await imagesByRole(
      experiment,
      bases,
      placement,
      used.map(({ device }) => device),
    );
    const notes = bases.notes(roles, placement, devices);
    for (const note of notes) emit({ kind: 'run.note', note });
    const stage = { lan: lan.name, placement, used, experiment, workspace, clock, notes, closeAll };
    const sampler = new HostSampler(await wrapperFiles());
    return new LanStage(stage, engines(reached), images, sampler);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What a stage is made of. */
interface StagePlace extends LanDataOf {
  used: readonly ConnectedDevice[];
  notes: string[];
  closeAll: () => Promise<void>;
}

class LanStage implements Stage {
  readonly runtime: DockerRuntime;
  readonly devices: Stage['devices'];
  private readonly clocks: ClockKeeper;
  private deployed: DeployedImage[] = [];

  readonly lan: string;
  readonly placement: Stage['placement'];
  private readonly used: readonly ConnectedDevice[];
  private readonly data: LanData;

  constructor(
    private readonly place: StagePlace,
    private readonly engineOf: (device: string) => Engine,
    private readonly imageOf: ImageOf,
    sampler: HostSampler,
  ) {
    const { lan, placement, used } = place;
    this.lan = lan;
    this.placement = placement;
    this.used = used;
    this.data = new LanData(place, (device) => this.connected(device));
    this.runtime = new DockerRuntime(engineOf, sampler);
    this.devices = used.map(({ device }) => device);
    this.clocks = new ClockKeeper(used.map(({ device, shell }) => ({ name: device.name, shell })));
  }

  connected(device: string): ConnectedDevice {
    const found = this.used.find((one) => one.device.name === device);
    if (found === undefined) throw new TypeError(`no connection to ${device}`);
    return found;
  }

  addressOf(device: string): string {
    return this.connected(device).device.address;
  }

  measureClocks(): ReturnType<ClockKeeper['measure']> {
    return this.clocks.measure();
  }

  lease(runId: string, clock: Clock): Promise<LeaseSet> {
    return LeaseSet.take(this.used, runId, clock);
  }

  async deploy(emit: Emit<RunEvent>, signal: AbortSignal): Promise<DeployedImage[]> {
    const instances = this.roleDevices();
    const store = new LayerStore();
    this.deployed = await deployImages({
      ...{ instances, imageOf: this.imageOf, emit, signal, store },
      targetOf: (device) => deviceTarget(this.connected(device), this.engineOf(device)),
      controllerEngine: await controllerEngine(),
      code: new CodeLayers(store),
    });
    return this.deployed;
  }

  bringData(emit: Emit<RunEvent>, signal: AbortSignal): Promise<readonly PlacedData[]> {
    return this.data.bring(emit, signal);
  }

  imageId(role: string, device: string): string | null {
    return this.deployed.find((image) => image.role === role && image.device === device)?.imageId ?? null;
  }

  async plan() {
    const images = this.roleDevices().map(({ role, device }) => ({
      role,
      device,
      image: this.imageOf(role, device).plan,
    }));
    const deliveries = await Promise.all(
      this.used.map(async ({ device: { name } }) => ({
        device: name,
        images: await lookThere(
          this.engineOf(name),
          images.flatMap(({ device, image }) => (device === name ? [image] : [])),
        ),
      })),
    );
    return { images, deliveries, data: await this.data.plan(), notes: this.place.notes };
  }

  async close(runId: string | null): Promise<void> {
    if (runId !== null) {
      await Promise.allSettled(
        this.used.map((connected) => removeIfEmpty(connected, deviceRunFolder(connected, runId))),
      );
    }
    await this.clocks.close();
    await this.place.closeAll();
  }

  /** Each role with each device that plays it, once. */
  private roleDevices() {
    const pairs = new Map(this.placement.map((placed) => [`${placed.role} ${placed.device}`, placed]));
    return [...pairs.values()].map(({ role, device }) => ({
      role,
      device,
      architecture: this.connected(device).device.facts.architecture,
    }));
  }
}

/** A folder with logs that could not be collected stays where it is. */
async function removeIfEmpty({ shell }: ConnectedDevice, folder: string): Promise<void> {
  const left = await shell.list(folder);
  if (!left.some((entry) => entry.kind === 'file')) await shell.remove(folder);
}

function engines(reached: Awaited<ReturnType<typeof reachAll>>): (device: string) => Engine {
  const byName = new Map(
    reached.flatMap((one) => ('engine' in one ? [[one.device.name, one.engine] as const] : [])),
  );
  return (device) => {
    const engine = byName.get(device);
    if (engine === undefined) throw new TypeError(`no engine of ${device}`);
    return engine;
  };
}
