import type { AgentConfig, Assignment, AttemptPlace } from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { DeviceUse } from './device-use.js';
import type { HeldAttempt } from './held-attempt.js';
import { Slots } from './slots.js';

export interface TurnsParts {
  config: Pick<AgentConfig, 'slots' | 'replicas'>;
  use: Pick<DeviceUse, 'enter' | 'leave'>;
  /** Called when the leader is to hear something new. */
  changed: () => void;
}

/** Lets attempts run, as many at a time as there are slots: of tasks, and of replicas of services. */
export class Turns {
  /** Attempts whose command has ended, so that their slot is free. No more than there are slots: stores may be slow. */
  readonly ending = new Set<AttemptPlace>();
  readonly #tasks: Slots;
  readonly #replicas: Slots;

  constructor(
    private readonly parts: TurnsParts,
    private readonly clock: AgentContext['clock'],
  ) {
    this.#tasks = new Slots(parts.config.slots);
    this.#replicas = new Slots(parts.config.replicas);
  }

  /** Whether an attempt that comes now waits. */
  isFull(assigned: Pick<Assignment, 'service'>): boolean {
    return this.#slotsOf(assigned).isFull;
  }

  /**
   * Waits for a slot; not for an attempt that is stopped before, which acts at once.
   * @param act has its slot until it calls `isOver`, or returns
   * @returns false if it did not act, because it was given back, or the agent ended, before it had a slot
   */
  async take(
    assigned: Pick<Assignment, 'job' | 'name' | 'service'>,
    held: HeldAttempt,
    act: (isOver: () => void) => Promise<void>,
  ): Promise<boolean> {
    const slots = this.#slotsOf(assigned);
    const { place, stop, end, back } = held;
    const hadToWait = slots.isFull;
    await slots.take(AbortSignal.any([stop.signal, back.signal]));
    if (held.since === null && (back.signal.aborted || (hadToWait && end.signal.aborted))) {
      slots.give();
      return false;
    }
    // One that is stopped before it begins has no time of its own.
    if (held.since === null && !stop.signal.aborted) held.since = this.clock.now().toISOString();
    const { use, config, changed } = this.parts;
    if (hadToWait) changed();
    const { job, name, service } = assigned;
    const user = { job, service: service && name };
    try {
      await use.enter(user, stop.signal);
      await act(() => {
        if (this.ending.size >= config.slots) return;
        this.ending.add(place);
        // Who waited for it tells the leader of both.
        if (!slots.give()) changed();
      });
    } finally {
      use.leave(user);
      if (!this.ending.delete(place)) slots.give();
    }
    return true;
  }

  #slotsOf({ service }: Pick<Assignment, 'service'>): Slots {
    return service === null ? this.#tasks : this.#replicas;
  }
}
