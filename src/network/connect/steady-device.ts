import { CollabError } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { ConnectedDevice, Device, ReachOptions } from '../lan/index.js';
import type { Shell } from '../shell/index.js';
import type { FindAgainEvent } from './find-again.js';
import { SteadyShell } from './steady-shell.js';

/** Opens a connection to a device, wherever it is now. @throws CollabError why there is none */
export type Reconnect = (
  device: Device,
  options: { emit: Emit<FindAgainEvent>; signal?: AbortSignal },
) => Promise<ConnectedDevice>;

/** For this long after it was last heard of, a device whose connection was closed is connected to again before it counts as lost. */
const patienceMs = 12_000;
const tryEveryMs = 1000;

const nothing = () => undefined;

/**
 * A device whose connection is made again. One that closes it (its sshd was restarted, a router forgot the connection) is
 * connected to again at once, and nobody notices; one that is silent counts as lost when the connection does. What holds
 * the device or its shell goes on with the new connection.
 */
export class SteadyDevice implements ConnectedDevice {
  readonly shell: Shell = new SteadyShell(() => this.currentShell());
  private gone: CollabError | null = null;
  private mending: Promise<void> | null = null;
  private readonly closed = new AbortController();
  private readonly listeners = new Set<(error: CollabError) => void>();

  constructor(
    private current: ConnectedDevice,
    private readonly reconnect: Reconnect,
    /** What else must work, as its engine. @throws CollabError if it does not */
    private readonly check: (connected: ConnectedDevice) => Promise<unknown> = () => Promise.resolve(),
  ) {
    this.follow();
  }

  /** As it is now: its address may have changed. */
  get device(): Device {
    return this.current.device;
  }

  lastHeardAt(): Date {
    return this.current.lastHeardAt();
  }

  /** Calls `listener` each time that the device is lost. */
  onLost(listener: (error: CollabError) => void): () => void {
    // While it is connected to again, it is not lost yet.
    if (this.gone !== null && this.mending === null) listener(this.gone);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async reach({ emit = nothing, signal }: ReachOptions = {}): Promise<void> {
    await this.mending;
    if (this.gone !== null) await this.connect(emit, signal);
    await this.check(this);
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.mending;
    await this.current.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private follow(): void {
    const connected = this.current;
    connected.onLost((error) => {
      if (this.closed.signal.aborted || connected !== this.current) return;
      this.gone = error;
      this.mending = this.mend(error).finally(() => (this.mending = null));
    });
  }

  /** Tries until the patience is over, which it is at once for a device that was silent for long. */
  private async mend(error: CollabError): Promise<void> {
    const untilMs = this.lastHeardAt().getTime() + patienceMs;
    while (Date.now() < untilMs && !this.closed.signal.aborted) {
      const late = AbortSignal.any([this.closed.signal, AbortSignal.timeout(untilMs - Date.now())]);
      const isBack = await this.connect(nothing, late).then(
        () => true,
        () => false,
      );
      if (isBack) return;
      await new Promise((resolve) => setTimeout(resolve, tryEveryMs));
    }
    if (!this.closed.signal.aborted) for (const listener of [...this.listeners]) listener(error);
  }

  private async connect(emit: Emit<FindAgainEvent>, signal?: AbortSignal): Promise<void> {
    const connected = await this.reconnect(this.device, { emit, ...(signal && { signal }) });
    if (this.closed.signal.aborted) {
      await connected.close();
      return;
    }
    this.current = connected;
    this.gone = null;
    this.follow();
  }

  private async currentShell(): Promise<Shell> {
    await this.mending;
    return this.current.shell;
  }
}
