import type { Engine } from '../engine/index.js';
import type { FolderCode } from './folder-code.js';
import { Hold } from './hold.js';
import type { HostSampler } from './host-sampler.js';
import { removeUnlessRun } from './on-device.js';
import type { PreparedRole, RoleStart, RunningRole } from './runtime.js';

/** A container that was created, and its folder with the order. */
export class PreparedContainer implements PreparedRole {
  private hold: Hold | null = null;

  constructor(
    private readonly asked: RoleStart,
    /** `sampler` is null for a device without sensors of its own. */
    private readonly parts: ContainerParts & { sampler: HostSampler | null },
  ) {}

  /** Starts the container, whose wrapper then waits. */
  async startHeld(): Promise<void> {
    this.hold = await Hold.open(this.asked.connected, this.parts.folder);
    await this.parts.engine.start(this.parts.containerId);
  }

  async start(): Promise<RunningRole> {
    const { connected, order } = this.asked;
    const { folder, engine, containerId, sampler } = this.parts;
    try {
      await sampler?.start(connected, folder);
      await (this.hold?.go(connected) ?? engine.start(containerId));
    } catch (error) {
      await this.discard().catch(() => undefined);
      throw error;
    }
    return new DockerRole(connected, order, this.parts);
  }

  async discard(): Promise<void> {
    const { connected, order, process } = this.asked;
    const { folder, engine, containerId, code } = this.parts;
    await this.hold?.end();
    await engine.remove(containerId);
    await code?.remove(connected, { ...order, process });
    await removeUnlessRun(connected, folder);
  }
}

/** Where a role is on its device. */
interface ContainerParts {
  folder: string;
  engine: Engine;
  /** Id, or name. */
  containerId: string;
  code: FolderCode | null;
}

export class DockerRole implements RunningRole {
  private isReleased = false;

  constructor(
    readonly connected: RoleStart['connected'],
    readonly order: RoleStart['order'],
    private readonly parts: ContainerParts,
  ) {}

  get folder(): string {
    return this.parts.folder;
  }

  async alive(): Promise<{ alive: boolean; reason: string | null }> {
    const { engine, containerId } = this.parts;
    const state = await engine.inspect(containerId);
    if (state === null) return { alive: false, reason: 'its container was removed by someone else' };
    if (state.running) return { alive: true, reason: null };
    if (state.outOfMemory) return { alive: false, reason: 'the kernel killed it: out of memory' };
    const printed = state.exitCode === 0 ? '' : await engine.logs(containerId, 20);
    return { alive: false, reason: printed.trim() === '' ? null : printed.trim() };
  }

  waitForEnd(signal: AbortSignal): Promise<void> {
    return this.parts.engine.waitForEnd(this.parts.containerId, signal);
  }

  async stop(): Promise<void> {
    await this.parts.engine.stop(this.parts.containerId, this.order.stop_grace_s + 3);
  }

  async release(): Promise<void> {
    if (this.isReleased) return;
    const { engine, containerId, code } = this.parts;
    await engine.remove(containerId);
    await code?.remove(this.connected, this.order);
    this.isReleased = true;
  }

  async remove(): Promise<void> {
    await this.release();
    await this.connected.shell.remove(this.folder);
  }
}
