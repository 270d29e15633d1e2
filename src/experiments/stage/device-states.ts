import type { Clock } from '../../events.js';
import { readBoardState } from '../../network/index.js';
import type { RunEvent } from '../events/index.js';
import type { ConnectedStage } from './stage.js';

/** Interval of the clock measurements during a run. */
const everyMs = 60_000;

/**
 * Records what a reader needs to judge the devices: their clocks before, during and after the run, and how their boards
 * were set before and after. What a device does not report is null or left out; the run goes on.
 */
export class DeviceStates {
  private readonly over = new AbortController();
  private started = false;
  private measuring: Promise<void> = Promise.resolve();

  constructor(
    private readonly stage: ConnectedStage,
    private readonly record: (event: RunEvent) => Promise<void>,
    private readonly clock: Clock,
  ) {}

  async start(): Promise<void> {
    this.started = true;
    await this.readAll('before');
    this.measuring = this.keepMeasuring();
  }

  private async keepMeasuring(): Promise<void> {
    for (;;) {
      await this.clock.sleep(everyMs, this.over.signal);
      if (this.over.signal.aborted) return;
      const clocks = await this.readClocks().catch(() => []);
      if (clocks.length > 0) await this.record({ kind: 'clocks.measured', clocks }).catch(() => undefined);
    }
  }

  /** The last readings, if `start` took the first ones. Devices that are gone keep what was read before. */
  async end(): Promise<void> {
    if (!this.started) return;
    this.over.abort();
    await this.measuring;
    await this.readAll('after');
  }

  private async readAll(when: 'before' | 'after'): Promise<void> {
    const [boards, clocks] = await Promise.all([this.readBoards(), this.readClocks()]);
    await this.record({ kind: 'boards.read', when, boards });
    if (clocks.length > 0) await this.record({ kind: 'clocks.measured', clocks });
  }

  private async readClocks() {
    const measured = await this.stage.measureClocks();
    return [...measured].flatMap(([device, clock]) => (clock ? [{ device, clock }] : []));
  }

  private async readBoards() {
    const { stage, clock } = this;
    return Promise.all(
      stage.devices.map(async ({ name: device }) => {
        const { shell } = stage.connected(device);
        return { device, board: await readBoardState(shell, clock.now()) };
      }),
    );
  }
}
