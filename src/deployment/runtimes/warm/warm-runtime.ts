import { join } from 'node:path';
import type { Clock } from '../../../events.js';
import { processName, warmFolder } from '../../../logs/index.js';
import { Mirror } from '../mirror.js';
import type { PreparedRole, RolePlace, RoleStart, RunningRole, Runtime } from '../runtime.js';
import { trialOrder } from './order.js';
import { earlierProcesses, isOrdered, lastSerial, newestNumber } from './earlier-processes.js';
import { WarmProcess } from './warm-process.js';
import { WarmTrial } from './warm-trial.js';

/** How long a process has to end by itself once there is no further trial. */
const endMs = 5000;

/** What a WarmRuntime needs to know of its run. */
export interface WarmParts {
  /** Whether the process of a role stays. */
  stays: (role: string) => boolean;
  /** Folder of the run here, which gets the logs of the processes. */
  runFolder: string;
  clock: Clock;
  /** Hears of logs of a process that stay on their device. */
  notCollected: (process: RunningRole, error: unknown) => Promise<void>;
}

/**
 * A runtime whose roles with `restart: run` are started once: each start after the first is an order to the process that
 * runs, or starts a further one after that one has ended. All other roles are those of the runtime below.
 */
export class WarmRuntime implements Runtime {
  private readonly processes = new Map<string, WarmProcess>();
  /** Of each role instance: the number of its newest process. */
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly below: Runtime,
    private readonly parts: WarmParts,
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
    if (!this.parts.stays(start.order.role)) return this.below.prepare(start);
    return Promise.resolve({ start: () => this.start(start), discard: () => Promise.resolve() });
  }

  async start(start: RoleStart): Promise<RunningRole> {
    const { order } = start;
    if (!this.parts.stays(order.role)) return this.below.start(start);
    const kept = this.processes.get(keyOf(order));
    if (kept?.end === null) {
      const trial = new WarmTrial(kept, order);
      await kept.give(trialOrder(order));
      return trial;
    }
    if (kept !== undefined) await this.bury(kept);
    const number = await this.nextNumber(start);
    const running = await this.below.start({ ...start, process: number });
    return new WarmTrial(this.keep(running, number), order);
  }

  /** Of a role that stays: the trial that its process was given before, and has not lost. The process stays known. */
  async adopt(connected: RoleStart['connected'], place: RolePlace): Promise<RunningRole | null> {
    if (!this.parts.stays(place.role)) return this.below.adopt(connected, place);
    const process = this.processes.get(keyOf(place)) ?? (await this.adoptProcess(connected, place));
    if (process === null || !(await isOrdered(process.running, place))) return null;
    const { trial, attempt } = place;
    const order = { ...process.running.order, trial };
    delete order.attempt;
    return new WarmTrial(process, { ...order, ...(attempt !== undefined && { attempt }) });
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
      [...this.processes.values()].map(async (process) => {
        if (gently && process.end === null) await process.finish(endMs).catch(() => undefined);
        await this.bury(process);
      }),
    );
  }

  private async adoptProcess(
    connected: RoleStart['connected'],
    place: RolePlace,
  ): Promise<WarmProcess | null> {
    const numbers = await earlierProcesses(connected, place);
    const number = Math.max(0, ...numbers);
    const running = await this.below.adopt(connected, { ...place, process: number });
    if (running === null) return null;
    return this.keep(running, number, await lastSerial(running));
  }

  private keep(running: RunningRole, number: number, serial = 0): WarmProcess {
    const { order } = running;
    const name = processName({ ...order, process: number });
    const process = new WarmProcess(running, name, this.parts.clock, serial);
    this.processes.set(keyOf(order), process);
    return process;
  }

  /** Stops a process, collects its logs, and only then removes them from its device. */
  private async bury(process: WarmProcess): Promise<void> {
    const { running } = process;
    const { runFolder, notCollected } = this.parts;
    if (this.processes.get(keyOf(running.order)) === process) this.processes.delete(keyOf(running.order));
    try {
      await process.stop();
      const local = join(runFolder, warmFolder, process.name);
      await new Mirror(running.connected.shell, running.folder, local).collect();
    } catch (error) {
      await notCollected(running, error);
      await running.release().catch(() => undefined);
      return;
    } finally {
      process.leave();
    }
    await running.remove().catch((error: unknown) => notCollected(running, error));
  }

  /** Numbers that an earlier controller of the run used are not used again, and its processes end. */
  private async nextNumber({ connected, order }: RoleStart): Promise<number> {
    const key = keyOf(order);
    let before = this.numbers.get(key);
    if (before === undefined) {
      before = await newestNumber(connected, order, this.parts.runFolder);
      for (const process of await earlierProcesses(connected, order)) {
        const running = await this.below.adopt(connected, { ...order, process });
        if (running !== null)
          await this.bury(new WarmProcess(running, processName({ ...order, process }), this.parts.clock));
      }
    }
    this.numbers.set(key, before + 1);
    return before + 1;
  }
}

const keyOf = ({ role, rank }: Pick<RolePlace, 'role' | 'rank'>) => `${role}-${rank}`;
