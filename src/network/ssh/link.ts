import { connectionLost } from './ssh-errors.js';
import type { CollabError } from '../../errors.js';

/** The state of a connection. When it is lost, everything that waits for it is rejected at once. */
export class Link {
  #lost: CollabError | null = null;
  #heardAtMs = Date.now();
  readonly #waiting = new Set<(error: CollabError) => void>();
  readonly #listeners = new Set<(error: CollabError) => void>();

  /** @param where the device's name for messages, e.g. `pi@10.0.0.7` */
  constructor(readonly where: string) {}

  /** When anything last came over the connection, by this machine's clock. Keepalives are answered every 4.8 s. */
  get heardAt(): Date {
    return new Date(this.#heardAtMs);
  }

  /** To be called when something has come over the connection. */
  readonly heard = (): void => {
    this.#heardAtMs = Date.now();
  };

  /** Runs `start` until it settles or the connection is lost, whichever comes first. */
  hold<T>(start: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#lost) {
        reject(this.#lost);
        return;
      }
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          this.#waiting.delete(lose);
          settle(value);
        };
      const lose = (error: CollabError) => reject(error);
      this.#waiting.add(lose);
      try {
        start(settled(resolve), settled(reject));
      } catch (error) {
        settled(reject)(connectionLost(this.where, 'The connection is closed.', error));
      }
    });
  }

  /** Marks the connection as lost. Later calls have no effect. */
  lose(error: CollabError): void {
    if (this.#lost) return;
    this.#lost = error;
    for (const refuse of this.#waiting) refuse(error);
    this.#waiting.clear();
    for (const listener of this.#listeners) listener(error);
  }

  /**
   * Calls `listener` when the connection is lost or closed, or at once if it already is.
   * @returns a function that removes the listener
   */
  onLost(listener: (error: CollabError) => void): () => void {
    if (this.#lost) listener(this.#lost);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
