import type { Clock } from '../../events.js';
import type { RunWriter } from '../../logs/index.js';
import { driftOf, readBoardState } from '../../network/index.js';
import type { ConnectedStage } from './stage.js';

/** Interval of the clock measurements during a run. */
const everyMs = 60_000;

/**
 * Records in run.json what a reader needs to judge the devices: their clocks before, during and after the run with
 * the drift, and the settings of their boards before and after. What cannot be read is null; the run goes on.
 */
export class DeviceStates {
  private readonly over = new AbortController();
  private started = false;
  private measuring: Promise<void> = Promise.resolve();

  constructor(
    private readonly stage: ConnectedStage,
    private readonly writer: RunWriter,
    private readonly clock: Clock,
  ) {}

  async start(): Promise<void> {
    this.started = true;
    await Promise.all([this.readBoards('before'), this.readClocks()]);
    this.measuring = this.keepMeasuring();
  }

  private async keepMeasuring(): Promise<void> {
    for (;;) {
      await this.clock.sleep(everyMs, this.over.signal);
      if (this.over.signal.aborted) return;
      await this.readClocks().catch(() => undefined);
    }
  }

  /** The last readings, if `start` took the first ones. Devices that are gone keep what was read before. */
  async end(): Promise<void> {
    if (!this.started) return;
    this.over.abort();
    await this.measuring;
    await Promise.all([this.readBoards('after'), this.readClocks()]);
  }

  private async readClocks(): Promise<void> {
    const measured = await this.stage.measureClocks();
    await this.writer.update((record) => {
      for (const device of record.devices) {
        const offset = measured.get(device.name);
        if (!offset) continue;
        const measurements = [...(device.clock?.measurements ?? []), offset];
        const drift = driftOf(measurements) ?? { drift_ppm: null, drift_error_ppm: null };
        device.clock = { ...(device.clock ?? offset), measurements, ...drift };
      }
    });
  }

  private async readBoards(when: 'before' | 'after'): Promise<void> {
    const { stage, clock } = this;
    const states = await Promise.all(
      stage.devices.map(async ({ name }) => {
        const { shell } = stage.connected(name);
        return [name, await readBoardState(shell, clock.now())] as const;
      }),
    );
    const byName = new Map(states);
    await this.writer.update((record) => {
      for (const device of record.devices) {
        const board = device.board ?? { before: null, after: null };
        device.board = { ...board, [when]: byName.get(device.name) ?? null };
      }
    });
  }
}
