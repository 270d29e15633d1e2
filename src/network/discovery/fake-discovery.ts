import { systemClock, type Clock } from '../../events.js';
import { isOnNetwork } from './interfaces.js';
import type { Discovery, FindOptions, Sighting } from './discovery.js';

/** A way to find devices for unit tests: it sees each device after some time, or fails. */
export class FakeDiscovery implements Discovery {
  readonly name = 'fake';
  /** When set, every search fails with it. */
  fault: Error | null = null;

  /** @param devices what there is to see, each with the time from the start of a search after which it is seen */
  constructor(
    private readonly devices: readonly { sighting: Sighting; afterMs: number }[],
    private readonly clock: Clock = systemClock,
  ) {}

  async find({ networks, timeoutMs, signal }: FindOptions, see: (sighting: Sighting) => void): Promise<void> {
    if (this.fault !== null) throw this.fault;
    const within = this.devices
      .filter(({ sighting }) => networks.some((network) => isOnNetwork(sighting.address, network)))
      .filter(({ afterMs }) => afterMs <= timeoutMs)
      .sort((a, b) => a.afterMs - b.afterMs);
    let passedMs = 0;
    for (const { sighting, afterMs } of within) {
      await this.clock.sleep(afterMs - passedMs, signal);
      if (signal.aborted) return;
      passedMs = afterMs;
      see(sighting);
    }
    await this.clock.sleep(timeoutMs - passedMs, signal);
  }
}
