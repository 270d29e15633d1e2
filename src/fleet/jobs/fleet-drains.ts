import type { Clock } from '../../events.js';
import type { AskOptions, LeaderAsked } from './ask-leader.js';
import { badAnswer } from './errors.js';
import type { DrainStatus, JobsQuestion } from './questions.js';

const pollMs = 500;

/** The members of a fleet that get no tasks, as its leader answers about them. */
export class FleetDrains {
  constructor(
    private readonly leader: LeaderAsked,
    private readonly clock: Clock,
  ) {}

  /** All members that are drained, with what still runs there. */
  list(options?: AskOptions): Promise<DrainStatus[]> {
    return this.#ask({ kind: 'drains' }, 'The drained members were not listed.', options);
  }

  /**
   * Gives a member no more tasks. What waits there goes to others at once, and so do replicas of services. Admins only.
   * @param member its id
   * @param deadlineS after so many seconds, what still runs there is given back and runs elsewhere; null: it may end
   * @throws JobRefused
   */
  async drain(member: string, deadlineS: number | null, options?: AskOptions): Promise<DrainStatus> {
    const asked: JobsQuestion = { kind: 'drain', member, deadline_s: deadlineS };
    const [drained] = await this.#ask(asked, 'The member was not drained.', options);
    if (drained === undefined) throw badAnswer('no member is in the answer to drain');
    return drained;
  }

  /** Lets a member have tasks again. Admins only. @returns whether it was drained @throws JobRefused */
  async undo(member: string, options?: AskOptions): Promise<boolean> {
    const undone = await this.#ask({ kind: 'undrain', member }, 'The member stays drained.', options);
    return undone.length > 0;
  }

  /** A drained member, whenever something else runs there, until nothing does. It ends too when the member is drained no more. */
  async *follow(member: string, options?: AskOptions): AsyncGenerator<DrainStatus> {
    for (let said = ''; ;) {
      const drained = (await this.list(options)).find((one) => one.member === member);
      if (drained === undefined) return;
      const now = JSON.stringify(drained);
      if (now !== said) yield drained;
      if (drained.holds.length === 0) return;
      said = now;
      await this.clock.sleep(pollMs, options?.signal);
      options?.signal?.throwIfAborted();
    }
  }

  async #ask(asked: JobsQuestion, what: string, options?: AskOptions): Promise<DrainStatus[]> {
    const answers = await this.leader.all(asked, what, options);
    return answers.flatMap((one) => (one.kind === 'drains' ? one.drains : []));
  }
}
