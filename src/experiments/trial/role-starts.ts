import type { RoleInstance } from '../plan/index.js';
import type { RoleWatch } from './role-watch.js';

/** Starts the role instances of a trial: each as soon as all instances of the roles that it waits for are ready. */
export class RoleStarts {
  private readonly waiting: Set<RoleInstance>;
  private readonly starting = new Set<Promise<void>>();
  private refusal: { error: unknown } | null = null;

  /**
   * @param start how an instance is started
   * @param watches get those that were started
   * @param changed called when one was started, or could not be
   */
  constructor(
    private readonly instances: readonly RoleInstance[],
    private readonly start: (instance: RoleInstance) => Promise<RoleWatch>,
    private readonly watches: RoleWatch[],
    private readonly changed: () => void,
  ) {
    this.waiting = new Set(instances);
  }

  /** Whether all run, or have run, and are ready. */
  get areReady(): boolean {
    return this.waiting.size === 0 && this.starting.size === 0 && this.watches.every(isReady);
  }

  /** Starts those whose turn has come. @throws why one could not be started, once no other one is starting */
  go(): void {
    if (this.refusal !== null && this.starting.size === 0) throw this.refusal.error;
    if (this.refusal !== null) return;
    for (const instance of this.waiting) {
      if (!instance.role.after.every((name) => this.isReady(name))) continue;
      this.waiting.delete(instance);
      const started = this.begin(instance).finally(() => {
        this.starting.delete(started);
        this.changed();
      });
      this.starting.add(started);
    }
  }

  /** Waits until one of those that are starting has started, or could not. Returns at once if none is starting. */
  async next(): Promise<void> {
    if (this.starting.size > 0) await Promise.race(this.starting);
  }

  /** Waits until none is starting any more: those that were are among the watches then. */
  async settle(): Promise<void> {
    await Promise.all(this.starting);
  }

  private async begin(instance: RoleInstance): Promise<void> {
    try {
      this.watches.push(await this.start(instance));
    } catch (error) {
      this.refusal ??= { error };
    }
  }

  private isReady(role: string): boolean {
    const count = this.instances.filter((instance) => instance.role.name === role).length;
    const ready = this.watches.filter((watch) => watch.role === role && isReady(watch));
    return ready.length === count;
  }
}

const isReady = (watch: RoleWatch) => watch.ready || watch.ended;
