import { messageOf, type CollabError } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import { claimant } from './claim.js';
import type { LeaseEvent } from '../../logs/index.js';
import type { HeldLease } from './held-lease.js';
import { deviceBusy, leaseLost } from './lease-errors.js';
import { takeLease } from './take-lease.js';

/** A lease of a run that is not renewed for so long ends by itself. */
const termS = 60;

/** The leases of all devices of a run. Release them, or dispose of them (`await using`), at its end. */
export class LeaseSet implements AsyncDisposable {
  private readonly lost = new AbortController();

  private constructor(private readonly leases: readonly { device: string; lease: HeldLease }[]) {}

  /** No leases: of a run on this machine alone. */
  static none(): LeaseSet {
    return new LeaseSet([]);
  }

  /**
   * Takes the leases of all devices, in the order of their names, or none.
   * @param folder another place on the devices than the one that all users share, for tests
   * @throws CollabError `device-busy` for the first one that another one holds
   */
  static async take(
    connections: readonly ConnectedDevice[],
    runId: string,
    clock: Clock,
    folder?: string,
  ): Promise<LeaseSet> {
    const leases: { device: string; lease: HeldLease }[] = [];
    const claim = { ...claimant(), run: runId, reason: null, termS };
    const inOrder = [...connections].sort((a, b) => (a.device.name < b.device.name ? -1 : 1));
    try {
      for (const { device, shell } of inOrder) {
        const attempt = await takeLease(shell, claim, folder);
        if (!attempt.taken) throw deviceBusy(device.name, attempt.holder, clock.now());
        leases.push({ device: device.name, lease: attempt.lease });
      }
    } catch (error) {
      await new LeaseSet(leases)[Symbol.asyncDispose]();
      throw error;
    }
    return new LeaseSet(leases);
  }

  get devices(): string[] {
    return this.leases.map(({ device }) => device);
  }

  get termS(): number {
    return termS;
  }

  /** Aborted when a lease is lost, with the error that says why. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Why a lease was lost; null when none was. */
  get loss(): CollabError | null {
    return this.lost.signal.aborted ? (this.lost.signal.reason as CollabError) : null;
  }

  /** Renews the leases until they are released. */
  keep(clock: Clock, emit: Emit<LeaseEvent>): void {
    for (const { device, lease } of this.leases) {
      lease.onLost((loss) => {
        const error = leaseLost(device, loss);
        emit({ kind: 'lease.lost', device, reason: error.what });
        if (!this.lost.signal.aborted) this.lost.abort(error);
      });
      void lease.keep(clock, (error) =>
        emit({ kind: 'lease.not-renewed', device, reason: messageOf(error) }),
      );
    }
  }

  /** Gives all devices free; one that cannot be told is free when its term is over. @returns those that were told. */
  async release(): Promise<string[]> {
    const told = await Promise.all(
      this.leases.map(({ device, lease }) =>
        lease.release().then(
          () => [device],
          () => [],
        ),
      ),
    );
    return told.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
