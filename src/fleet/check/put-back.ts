import { messageOf } from '../../errors.js';

/** How the fleet becomes again as it was: acts that are done whatever happens, the newest first. */
export class PutBack {
  readonly #acts: { what: string; act: () => Promise<void> }[] = [];

  /**
   * Called before something is changed, so it must do no harm if the change did not happen.
   * @param what for the message if it fails, e.g. `nano1 could not be started again`
   * @param act must not depend on a signal that Ctrl-C aborts
   */
  add(what: string, act: () => Promise<void>): void {
    this.#acts.push({ what, act });
  }

  /** Does all. @returns what could not be done, and why */
  async run(): Promise<string[]> {
    const faults: string[] = [];
    for (let next = this.#acts.pop(); next !== undefined; next = this.#acts.pop()) {
      try {
        await next.act();
      } catch (error) {
        faults.push(`${next.what}: ${messageOf(error)}`);
      }
    }
    return faults;
  }
}
