/**
 * The envelope of an event. Each room owns its kinds (`export type LabEvent = ...`, kinds written `room.what`);
 * a reader passes kinds that it does not know through unchanged.
 */
export type CollabEvent = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** Where work reports what it does. The back end emits; `cli` draws and the journal writes. */
export type Emit<E extends CollabEvent = CollabEvent> = (event: E) => void;

/** An event as it is written: with the controller's time of emission, ISO 8601. */
export type StampedEvent = CollabEvent & { readonly time: string };

/** The clock comes in by the door, so that tests need no patterns for dates. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, at once when the signal aborts. */
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
