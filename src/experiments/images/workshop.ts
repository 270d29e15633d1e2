import {
  type Builder,
  chooseBuilder,
  controllerEngine,
  type ControllerEngine,
  deviceEngine,
  emulates,
  type Engine,
} from '../../deployment/index.js';
import type { Emit } from '../../events.js';
import {
  connectDevices,
  type ConnectedDevice,
  type Device,
  type FindAgainEvent,
  type LAN,
} from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';

export interface WorkshopRequest {
  workspace: Workspace;
  lan: LAN | null;
  /** Build on this machine only. */
  here: boolean;
  emit: Emit<FindAgainEvent>;
  signal: AbortSignal;
}

/** The engines on which images can be built; devices are connected when they are needed. */
export class Workshop implements AsyncDisposable {
  private readonly connections: ConnectedDevice[] = [];

  private constructor(
    private readonly request: WorkshopRequest,
    private readonly devices: readonly Device[],
    private readonly here: ControllerEngine | null,
    private readonly canEmulate: ReadonlySet<string>,
  ) {}

  static async open(request: WorkshopRequest, devices: readonly Device[]): Promise<Workshop> {
    const here = await controllerEngine();
    const canEmulate = new Set<string>();
    for (const architecture of ['amd64', 'arm64', 'arm', 'riscv64', 'ppc64le', 's390x']) {
      if (await emulates(architecture)) canEmulate.add(architecture);
    }
    return new Workshop(request, devices, here, canEmulate);
  }

  architectures(devices: readonly Device[]): string[] {
    const all = devices.map(({ facts }) => facts.architecture);
    return all.length > 0 ? [...new Set(all)] : this.here === null ? [] : [this.here.architecture];
  }

  /** This machine's engine, which compiles programs also for images that a device builds. */
  get compiler(): Engine | undefined {
    return this.here?.engine;
  }

  async builderOf(architecture: string): Promise<{ engine: Engine; builder: Builder }> {
    const builder = chooseBuilder(architecture, {
      controller: this.here?.architecture ?? null,
      devices: this.request.here
        ? []
        : this.devices.map(({ name, facts }) => ({ device: name, architecture: facts.architecture })),
      emulates: (one) => this.canEmulate.has(one),
    });
    if (builder.kind === 'device') return { builder, engine: await this.engineOf(builder.device) };
    if (this.here === null) throw new TypeError('no engine to build on');
    return { builder, engine: this.here.engine };
  }

  private async engineOf(name: string): Promise<Engine> {
    const known = this.connections.find(({ device }) => device.name === name);
    if (known !== undefined) return deviceEngine(known);
    const { lan, workspace, emit, signal } = this.request;
    const wanted = this.devices.filter((device) => device.name === name);
    if (lan === null) throw new TypeError(`no LAN to reach ${name} on`);
    const [answer] = await connectDevices(wanted, { lan, workspace, emit, signal });
    if (answer === undefined || !('connected' in answer)) throw answer?.error as Error;
    this.connections.push(answer.connected);
    return deviceEngine(answer.connected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.connections.map((connected) => connected.close()));
  }
}
