import { messageOf, type CollabError } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import { askLease } from './ask-lease.js';
import { claimant, type LeaseClaim } from './claim.js';
import type { LeaseEvent } from '../../logs/index.js';
import type { HeldLease } from './held-lease.js';
import type { LeaseHolder } from './lease-answer.js';
import { deviceBusy, leaseLost } from './lease-errors.js';
import { takeLease } from './take-lease.js';

/** A run's lease expires after this time without a renewal. */
const termS = 60;

/** The leases of all devices of a run. Release it, or dispose of it (`await using`), at the end of the run. */
export class LeaseSet implements AsyncDisposable {
  private readonly lost = new AbortController();

  private constructor(
    private readonly leases: readonly { device: string; lease: HeldLease }[],
    /** Devices that an abandoned run of this user still held. */
    readonly takenOver: readonly { device: string; run: string }[] = [],
  ) {}

  /** An empty set, for a run on this machine only. */
  static none(): LeaseSet {
    return new LeaseSet([]);
  }

  /**
   * Takes the leases of all devices, in the order of their names, or none.
   * @param folder a lease folder other than the shared one, for tests
   * @param isAbandoned whether a run of this user on this machine is: its leases need not expire
   * @throws CollabError `device-busy` for the first device with another holder
   */
  static async take(
    connections: readonly ConnectedDevice[],
    runId: string,
    clock: Clock,
    folder?: string,
    isAbandoned: (run: string) => Promise<boolean> = () => Promise.resolve(false),
  ): Promise<LeaseSet> {
    const leases: { device: string; lease: HeldLease }[] = [];
    const takenOver: { device: string; run: string }[] = [];
    const claim = { ...claimant(), run: runId, reason: null, termS };
    const inOrder = [...connections].sort((a, b) => (a.device.name < b.device.name ? -1 : 1));
    try {
      for (const { device, shell } of inOrder) {
        let attempt = await takeLease(shell, claim, folder);
        const left = attempt.taken ? null : ownRunOf(attempt.holder, claim);
        if (!attempt.taken && left !== null && (await isAbandoned(left))) {
          await askLease(shell, 'release', { id: attempt.holder.id, claim, folder });
          attempt = await takeLease(shell, claim, folder);
          takenOver.push({ device: device.name, run: left });
        }
        if (!attempt.taken) throw deviceBusy(device.name, attempt.holder, clock.now());
        leases.push({ device: device.name, lease: attempt.lease });
      }
    } catch (error) {
      await new LeaseSet(leases)[Symbol.asyncDispose]();
      throw error;
    }
    return new LeaseSet(leases, takenOver);
  }

  get devices(): string[] {
    return this.leases.map(({ device }) => device);
  }

  get termS(): number {
    return termS;
  }

  /** Aborted when a lease is lost, with the error as its reason. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Why a lease was lost; null if none was. */
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

  /** Releases all devices. The lease of an unreachable device expires. @returns the released devices. */
  async release(): Promise<string[]> {
    const released = await Promise.all(
      this.leases.map(({ device, lease }) =>
        lease.release().then(
          () => [device],
          () => [],
        ),
      ),
    );
    return released.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/** The run of this user from this machine that holds a device; null for any other holder. */
function ownRunOf({ who, host, run }: LeaseHolder, claim: LeaseClaim): string | null {
  return who === claim.who && host === claim.host ? run : null;
}
