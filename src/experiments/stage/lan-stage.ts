import {
  clearRunFolder,
  CodeLayers,
  type ControllerEngine,
  type DataContext,
  deviceTarget,
  type Engine,
  HashCache,
  LayerStore,
  type PlacedData,
  planData,
  type Runtime,
  sendData,
} from '../../deployment/index.js';
import type { Clock, Emit } from '../../events.js';
import type { PlacementRecord } from '../../logs/index.js';
import {
  ClockKeeper,
  type ConnectedDevice,
  type Device,
  type LeaseSet,
  scpCommand,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';
import {
  type DeployedImage,
  deployImages,
  describeImages,
  type ImageOf,
  type ImageSite,
  lookAtDevices,
  lookAtImages,
  type SitedImage,
} from '../images/index.js';
import { dataChanges, type Learned, planDataNeeds, type RunPlan } from '../plan/index.js';
import type { ConnectedStage } from './stage.js';
import { takeDevices } from './take-devices.js';

/** What a stage on a LAN is made of. */
export interface LanStageParts {
  /** Name of the LAN. */
  lan: string;
  experiment: Experiment;
  workspace: Workspace;
  placement: readonly PlacementRecord[];
  /** The devices that play a role, connected, with their engines. */
  used: readonly { connected: ConnectedDevice; engine: Engine }[];
  imageOf: ImageOf;
  /** What the user should know of the placement. */
  notes: readonly string[];
  controllerEngine: ControllerEngine | null;
  runtime: Runtime;
  clock: Clock;
  /** Where layers are kept on this machine; default the user's cache. */
  store?: LayerStore;
  code?: CodeLayers;
  /** Closes all connections, those of devices that play no role too. */
  closeAll: () => Promise<void>;
}

/** The devices of a LAN that play a role. */
export class LanStage implements ConnectedStage {
  readonly runtime: Runtime;
  readonly devices: readonly Device[];
  private readonly clocks: ClockKeeper;
  private readonly cache: HashCache;
  private readonly site: ImageSite;
  private sited: ReadonlyMap<string, SitedImage> | null = null;
  private deployed: DeployedImage[] = [];
  private runId: string | null = null;

  constructor(private readonly parts: LanStageParts) {
    const { used, runtime, workspace } = parts;
    this.runtime = runtime;
    this.devices = used.map(({ connected }) => connected.device);
    this.clocks = new ClockKeeper(
      used.map(({ connected: { device, shell } }) => ({ name: device.name, shell })),
    );
    this.cache = new HashCache(workspace);
    this.site = this.imageSite();
  }

  connected(device: string): ConnectedDevice {
    return this.on(device).connected;
  }

  addressOf(device: string): string {
    return this.connected(device).device.address;
  }

  copyCommand(device: string, folder: string, into: string): string {
    const { workspace, lan } = this.parts;
    return scpCommand(this.connected(device).device.login, workspace.knownHostsOf(lan), folder, into);
  }

  measureClocks(): ReturnType<ClockKeeper['measure']> {
    return this.clocks.measure();
  }

  async learn(signal: AbortSignal): Promise<Learned> {
    const { lan, placement, notes } = this.parts;
    const images = await lookAtDevices(this.site, await this.sitedImages());
    return {
      lan,
      runtime: this.runtime.kind.name,
      placement,
      images,
      data: await this.lookAtData(signal),
      notes,
    };
  }

  async begin(runId: string): Promise<LeaseSet> {
    const leases = await takeDevices(runId, this.parts.used, this.parts);
    this.runId = runId;
    return leases;
  }

  async deploy(plan: RunPlan, emit: Emit<RunEvent>, signal: AbortSignal): Promise<DeployedImage[]> {
    const sited = await this.sitedImages();
    this.deployed = await deployImages({ ...this.site, sited, planned: plan.deliveries, emit, signal });
    return this.deployed;
  }

  describe(emit: Emit<RunEvent>, signal: AbortSignal): ReturnType<ConnectedStage['describe']> {
    const { workspace, clock } = this.parts;
    const runId = this.runId ?? '';
    const about = {
      workspace,
      clock,
      labels: { 'collab.run': runId },
      name: `collab-${runId}`,
      emit,
      signal,
    };
    return describeImages(this.deployed, { ...about, engineOf: (device) => this.on(device).engine });
  }

  imageId(role: string, device: string): string | null {
    return this.deployed.find((image) => image.role === role && image.device === device)?.imageId ?? null;
  }

  async bringData(plan: RunPlan, emit: Emit<RunEvent>, signal: AbortSignal): Promise<readonly PlacedData[]> {
    const { workspace, lan, clock } = this.parts;
    const data = await this.lookAtData(signal);
    for (const note of dataChanges(plan.data, data)) emit({ kind: 'run.note', note });
    const knownHostsPath = workspace.knownHostsOf(lan);
    await sendData(data, { ...this.dataContext(signal), knownHostsPath, emit, clock });
    return data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { runId } = this;
    if (runId !== null) {
      await Promise.allSettled(this.parts.used.map(({ connected }) => clearRunFolder(connected, runId)));
    }
    await this.clocks.close();
    await this.parts.closeAll();
  }

  private on(device: string): LanStageParts['used'][number] {
    const found = this.parts.used.find(({ connected }) => connected.device.name === device);
    if (found === undefined) throw new TypeError(`no connection to ${device}`);
    return found;
  }

  private imageSite(): ImageSite {
    const { placement, imageOf, controllerEngine, store = new LayerStore() } = this.parts;
    const pairs = new Map(placement.map((placed) => [`${placed.role} ${placed.device}`, placed]));
    return {
      instances: [...pairs.values()].map(({ role, device }) => ({
        role,
        device,
        architecture: this.connected(device).device.facts.architecture,
      })),
      imageOf,
      targetOf: (device) => deviceTarget(this.connected(device), this.on(device).engine),
      controllerEngine,
      store,
      code: this.parts.code ?? new CodeLayers(store),
    };
  }

  private async sitedImages(): Promise<ReadonlyMap<string, SitedImage>> {
    this.sited ??= await lookAtImages(this.site);
    return this.sited;
  }

  private lookAtData(signal: AbortSignal): Promise<PlacedData[]> {
    const { experiment, placement } = this.parts;
    return planData(planDataNeeds(experiment.definition, placement), this.dataContext(signal));
  }

  private dataContext(signal: AbortSignal): DataContext {
    const { dataFrom: experimentFolder } = this.parts.experiment;
    return { experimentFolder, connected: (device) => this.connected(device), cache: this.cache, signal };
  }
}
