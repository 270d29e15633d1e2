import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../events.js';
import { processName, warmFolder } from '../../../logs/index.js';
import { Mirror } from '../mirror.js';
import {
  deviceRunFolder,
  type PreparedRole,
  type RoleStart,
  type RunningRole,
  type Runtime,
} from '../runtime.js';
import { trialOrder } from './order.js';
import { WarmProcess } from './warm-process.js';
import { WarmTrial } from './warm-trial.js';

/** How long a process has to end by itself once there is no further trial. */
const endMs = 5000;

/**
 * A runtime whose roles with `restart: run` are started once: each start after the first is an order to the process that
 * runs, or starts a further one after that one has ended. All other roles are those of the runtime below.
 */
export class WarmRuntime implements Runtime {
  private readonly processes = new Map<string, WarmProcess>();
  /** Of each role instance: the number of its newest process. */
  private readonly numbers = new Map<string, number>();

  /**
   * @param runFolder of the run here, which gets the logs of the processes
   * @param notCollected hears of logs of a process that stay on their device
   */
  constructor(
    private readonly below: Runtime,
    private readonly runFolder: string,
    private readonly clock: Clock,
    private readonly notCollected: (process: RunningRole, error: unknown) => Promise<void>,
  ) {}

  get kind(): Runtime['kind'] {
    return this.below.kind;
  }

  /** Whether a process stays. */
  get isWarm(): boolean {
    return this.processes.size > 0;
  }

  /** A process that stays is started, or gets its order, only when its trial begins. */
  prepare(start: RoleStart): Promise<PreparedRole> {
    if (start.order.restart !== 'run') return this.below.prepare(start);
    return Promise.resolve({ start: () => this.start(start), discard: () => Promise.resolve() });
  }

  async start(start: RoleStart): Promise<RunningRole> {
    if (start.order.restart !== 'run') return this.below.start(start);
    const { order } = start;
    const key = `${order.role}-${order.rank}`;
    const kept = this.processes.get(key);
    if (kept?.end === null) {
      const trial = new WarmTrial(kept, order);
      await kept.give(trialOrder(order));
      return trial;
    }
    if (kept !== undefined) await this.bury(key, kept);
    const number = await this.nextNumber(start);
    const running = await this.below.start({ ...start, process: number });
    const name = processName({ ...order, process: number });
    const process = new WarmProcess(running, name, this.clock);
    this.processes.set(key, process);
    return new WarmTrial(process, order);
  }

  endRoles(connected: RoleStart['connected'], runId: string): Promise<void> {
    return this.below.endRoles(connected, runId);
  }

  /**
   * Ends the processes.
   * @param gently between two trials: they are asked to end by themselves
   */
  async end(gently: boolean): Promise<void> {
    await Promise.all(
      [...this.processes].map(async ([key, process]) => {
        if (gently && process.end === null) await process.finish(endMs).catch(() => undefined);
        await this.bury(key, process);
      }),
    );
  }

  /** Stops a process, collects its logs, and only then removes them from its device. */
  private async bury(key: string, process: WarmProcess): Promise<void> {
    const { running } = process;
    this.processes.delete(key);
    try {
      await process.stop();
      const local = join(this.runFolder, warmFolder, process.name);
      await new Mirror(running.connected.shell, running.folder, local).collect();
    } catch (error) {
      await this.notCollected(running, error);
      await running.release().catch(() => undefined);
      return;
    } finally {
      process.leave();
    }
    await running.remove().catch((error: unknown) => this.notCollected(running, error));
  }

  /** Numbers of processes that an earlier controller of the run started are not used again. */
  private async nextNumber({ connected, order }: RoleStart): Promise<number> {
    const key = `${order.role}-${order.rank}`;
    const before = this.numbers.get(key) ?? (await this.lastNumber(connected, order));
    this.numbers.set(key, before + 1);
    return before + 1;
  }

  private async lastNumber(connected: RoleStart['connected'], order: RoleStart['order']): Promise<number> {
    const there = await connected.shell.list(
      `${deviceRunFolder(connected, order.run_id)}/${warmFolder}`,
      false,
    );
    const here = await readdir(join(this.runFolder, warmFolder)).catch(() => []);
    const first = `${order.role}-${order.rank}`;
    const numbers = [...there.map(({ path }) => path), ...here].map((name) =>
      name === first ? 1 : name.startsWith(`${first}.`) ? Number(name.slice(first.length + 1)) : 0,
    );
    return Math.max(0, ...numbers.filter(Number.isInteger));
  }
}
