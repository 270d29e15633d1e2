import { type DataContext, HashCache, type PlacedData, planData, sendData } from '../../deployment/index.js';
import type { Clock, Emit } from '../../events.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Experiment } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';

export interface LanDataOf {
  experiment: Experiment;
  workspace: Workspace;
  /** Name of the LAN. */
  lan: string;
  placement: readonly PlacementRecord[];
  clock: Clock;
}

/** The data of the roles on the devices of a LAN. */
export class LanData {
  private readonly cache: HashCache;

  constructor(
    private readonly of: LanDataOf,
    private readonly connected: (device: string) => ConnectedDevice,
  ) {
    this.cache = new HashCache(of.workspace);
  }

  /** Where the data of every role is, and what must be sent. */
  plan(signal?: AbortSignal): Promise<PlacedData[]> {
    const { placement, experiment } = this.of;
    const pairs = new Map(placement.map((placed) => [`${placed.role} ${placed.device}`, placed]));
    const needs = [...pairs.values()].flatMap(({ role: name, device }) => {
      const role = experiment.definition.roles.find((one) => one.name === name);
      return (role?.data ?? []).map((data) => ({ ...data, role: name, device }));
    });
    return planData(needs, this.context(signal));
  }

  async bring(emit: Emit<RunEvent>, signal: AbortSignal): Promise<PlacedData[]> {
    const plan = await this.plan(signal);
    const { workspace, lan, clock } = this.of;
    await sendData(plan, {
      ...this.context(signal),
      ...{ knownHostsPath: workspace.knownHostsOf(lan), emit, clock },
    });
    return plan;
  }

  private context(signal?: AbortSignal): DataContext {
    const { connected, cache } = this;
    return { experimentFolder: this.of.experiment.folder, connected, cache, signal };
  }
}
