/** The shape of every event. Each room owns its kinds, written `room.what`; `src/collab-event.ts` is the union of all. */
export type AnyEvent = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** Where work reports what it does. The back end emits; a face draws the event and the journal keeps it. */
export type Emit<E extends AnyEvent = AnyEvent> = (event: E) => void;

/** An event as the journal has it: with the controller's time of writing, ISO 8601. */
export type StampedEvent<E extends AnyEvent = AnyEvent> = E & { readonly time: string };

/** Time is passed in, so that a test decides what time it is. */
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
