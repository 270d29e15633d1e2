/**
 * The common shape of events. Each room defines its kinds (`export type LabEvent = ...`, with kinds like `room.what`);
 * `src/collab-event.ts` is the union of all of them.
 */
export type AnyEvent = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** Receives the events of running work: `cli` prints them and the journal writes them. */
export type Emit<E extends AnyEvent = AnyEvent> = (event: E) => void;

/** An event with the controller's time of emission, ISO 8601, as written to the journal. */
export type StampedEvent<E extends AnyEvent = AnyEvent> = E & { readonly time: string };

/** Passed as a parameter, so that tests control the time. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done);
    }),
};
