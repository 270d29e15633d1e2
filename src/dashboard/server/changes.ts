import { type Hub, merged, type TopicChange } from '../live/index.js';

/** Several changes within this time are sent as one. */
const gatherMs = 250;
/** A page that hears nothing for longer than this knows that it is not connected. */
export const beatMs = 5000;

/** What is sent to a page. */
export interface Sent {
  readonly event: 'changes' | 'beat';
  readonly data: string;
}

/**
 * What one page is sent: all topics whole, then what changes, gathered. A page that is slow gets one change for many: what
 * waits for it never grows beyond the topics themselves.
 */
export async function* changesFor(
  hub: Hub,
  clock: { now(): Date; sleep(ms: number, signal?: AbortSignal): Promise<void> },
  signal: AbortSignal,
): AsyncGenerator<Sent> {
  let pending = new Map<string, TopicChange>(hub.whole().map((change) => [change.topic, change]));
  let wake: () => void = () => undefined;
  const end = hub.listen((change) => {
    const before = pending.get(change.topic);
    pending.set(change.topic, before === undefined ? change : merged(before, change));
    wake();
  });
  try {
    while (!signal.aborted) {
      if (pending.size > 0) {
        const changes = [...pending.values()];
        pending = new Map();
        yield { event: 'changes', data: JSON.stringify({ now_ms: clock.now().getTime(), changes }) };
        await clock.sleep(gatherMs, signal);
      } else {
        const woken = new AbortController();
        wake = () => woken.abort();
        await clock.sleep(beatMs, AbortSignal.any([signal, woken.signal]));
        if (pending.size === 0)
          yield { event: 'beat', data: JSON.stringify({ now_ms: clock.now().getTime() }) };
      }
    }
  } finally {
    end();
  }
}
