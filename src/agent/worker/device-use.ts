import { messageOf } from '../../errors.js';
import {
  endLease,
  fleetClaimant,
  type HeldLease,
  serviceReason,
  showLease,
  takeLease,
  type Shell,
} from '../../network/index.js';
import type { AgentContext } from '../duty.js';

const termS = 60;
const againMs = 2000;
/** With short tasks, it is not taken and released each time. */
const lingerMs = 1000;
/** Who ended the lease by force gets this long to use the device. */
const yieldMs = 60_000;

export interface DeviceUseParts {
  shell: Shell;
  fleet: string;
  member: string;
  /** Folder of the device's lease. */
  folder?: string;
  /** Whether tasks hold the lease. Members on one machine share it: there they only wait for others. */
  takes: boolean;
}

/** A task, or a replica of a service. */
export interface DeviceUser {
  job: string;
  /** Name of the service; null for a task of another job. */
  service: string | null;
}

/**
 * The device's lease, which the tasks here hold together while any of them runs: so `collab run` finds the device in use, and the other
 * way round. The lease names the job of one of them: of a service, if there is one, because that does not end by itself.
 */
export class DeviceUse {
  readonly #users = new Set<DeviceUser>();
  #named: DeviceUser | null = null;
  #lease: HeldLease | null = null;
  #taking: Promise<void> | null = null;
  #yieldsUntilMs = -Infinity;
  #lost: () => void = () => undefined;

  constructor(
    private readonly parts: DeviceUseParts,
    private readonly context: AgentContext,
  ) {}

  /** Calls it each time the lease is lost: then nothing may run here. */
  onLost(act: () => void): void {
    this.#lost = act;
  }

  /** Ends the lease of an earlier agent here that was killed: its tasks are ended too. */
  async clear(): Promise<void> {
    const { shell, fleet, member, folder, takes } = this.parts;
    if (!takes) return;
    const holder = await showLease(shell, folder);
    if (holder?.who === fleetClaimant(fleet) && holder.host === member && holder.run !== null)
      await endLease(shell, holder.run, folder);
  }

  /** Whether a task may begin here now. @throws Error if that cannot be read: then nothing can be held for tasks either */
  async isFree(): Promise<boolean> {
    if (this.#lease !== null) return true;
    if (this.#nowMs < this.#yieldsUntilMs) return false;
    return (await showLease(this.parts.shell, this.parts.folder)) === null;
  }

  /** Waits until the device is held for a task. Call `leave` with the same user afterwards, also if the signal aborts. */
  async enter(user: DeviceUser, signal: AbortSignal): Promise<void> {
    this.#users.add(user);
    while (this.parts.takes && this.#lease === null && !signal.aborted) {
      this.#taking ??= this.#take().finally(() => (this.#taking = null));
      await this.#taking;
      if (this.#isHeld()) break;
      await this.context.clock.sleep(againMs, signal);
    }
    await this.#rename();
  }

  leave(user: DeviceUser): void {
    this.#users.delete(user);
    if (this.#users.size > 0) void this.#rename();
    else void this.context.clock.sleep(lingerMs).then(() => this.#release());
  }

  async #take(): Promise<void> {
    const { shell, fleet, member, folder } = this.parts;
    const user = this.#first;
    if (user === null || this.#nowMs < this.#yieldsUntilMs) return;
    const claim = { who: fleetClaimant(fleet), host: member, ...claimOf(user), termS };
    try {
      const attempt = await takeLease(shell, claim, folder);
      if (!attempt.taken) return;
      const { lease } = attempt;
      this.#lease = lease;
      this.#named = user;
      lease.onLost(({ kicker }) => {
        this.context.log('somebody else has taken this device: its tasks stop');
        this.#lease = null;
        if (kicker !== null) this.#yieldsUntilMs = this.#nowMs + yieldMs;
        this.#lost();
      });
      void lease.keep(this.context.clock, (error) =>
        this.context.log(`the lease of this device is not renewed: ${messageOf(error)}`),
      );
    } catch (error) {
      this.context.log(`this device cannot be held for tasks: ${messageOf(error)}`);
    }
  }

  /** Whom the lease names. */
  get #first(): DeviceUser | null {
    const users = [...this.#users];
    return users.find(({ service }) => service !== null) ?? users[0] ?? null;
  }

  async #rename(): Promise<void> {
    const [lease, user] = [this.#lease, this.#first];
    if (lease === null || user === null || isSame(user, this.#named)) return;
    this.#named = user;
    // The next renewal says it too.
    await lease.rename(claimOf(user)).catch(() => undefined);
  }

  async #release(): Promise<void> {
    const lease = this.#lease;
    if (this.#users.size > 0 || lease === null) return;
    this.#lease = null;
    await lease.release().catch(() => undefined);
  }

  /** A call, so that the compiler does not take it for unchanged after an `await`. */
  #isHeld(): boolean {
    return this.#lease !== null;
  }

  get #nowMs(): number {
    return this.context.clock.now().getTime();
  }
}

/** Tasks of one job are named alike. */
const isSame = (one: DeviceUser, other: DeviceUser | null): boolean =>
  one.job === other?.job && one.service === other.service;

const claimOf = ({ job, service }: DeviceUser) => ({
  run: job,
  reason: service === null ? null : serviceReason(service),
});
