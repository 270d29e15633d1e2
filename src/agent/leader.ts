import type { Clock } from '../events.js';
import { type Broker, BrokerConflict, leaseStream } from '../fleet/index.js';

const leaseSubject = 'lease.leader';
/** A lease that was not renewed for this long is gone from its stream. */
export const leaseMs = 3000;
export const renewMs = 1000;

/**
 * Who leads, as the lease says. A replica that lags behind has dropped the last renewal and lacks the next one: it is asked again.
 * @returns the member's id; null if nobody does
 */
export async function leaderOf(
  broker: Pick<Broker, 'last'>,
  clock: Clock,
  signal?: AbortSignal,
): Promise<string | null> {
  let held = await broker.last(leaseStream, leaseSubject, signal);
  if (held === null) {
    await clock.sleep(renewMs, signal);
    held = await broker.last(leaseStream, leaseSubject, signal);
  }
  return held === null ? null : Buffer.from(held.data).toString();
}

/** The lease of the leader: a message that its stream drops after `leaseMs`, replaced by compare-and-set each second. */
export class Lease {
  /** Sequence of our last message; null while another leads or nobody. */
  #own: number | null = null;
  /** Until then nobody else can lead, by `nowMs`. */
  #untilMs = -Infinity;

  /** @param nowMs a monotonic clock */
  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'last'>,
    private readonly id: string,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get isHeld(): boolean {
    return this.nowMs() < this.#untilMs;
  }

  /** Takes or renews the lease, if it is free or ours. @throws CollabError if the broker does not answer */
  async renew(): Promise<void> {
    const beganMs = this.nowMs();
    const expected = this.#own ?? (await this.#free());
    if (expected === null) return;
    try {
      this.#own = await this.broker.publish(leaseSubject, Buffer.from(this.id), {
        expectLast: expected,
        // A renewal that takes longer is worth nothing.
        signal: AbortSignal.timeout(leaseMs),
      });
      this.#untilMs = beganMs + leaseMs;
    } catch (error) {
      this.#own = null;
      if (!(error instanceof BrokerConflict)) throw error;
      this.#untilMs = -Infinity;
    }
  }

  /** What the lease's last message must be for us to take it; null if another holds it. */
  async #free(): Promise<number | null> {
    const held = await this.broker.last(leaseStream, leaseSubject, AbortSignal.timeout(leaseMs));
    if (held === null) return 0;
    return Buffer.from(held.data).toString() === this.id ? held.sequence : null;
  }
}
