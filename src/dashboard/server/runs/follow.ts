import { type Clock, followRun, messageOf, readSettledRun } from '../../../index.js';
import type { Sent } from '../changes.js';
import type { LiveChange } from '../../live/index.js';
import type { LiveView } from './live-view.js';

/** Changes within this time are sent as one. */
const gatherMs = 500;

/** A run as it goes on, from its first event: everything, then what changes, until it has ended. */
export async function* followedRun(
  folder: string,
  view: LiveView,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Sent> {
  const nowMs = () => clock.now().getTime();
  const ending = new AbortController();
  const until = AbortSignal.any([signal, ending.signal]);
  const read = async () => {
    for await (const event of followRun(folder, clock, until)) view.take(event, nowMs());
  };
  const reading = read().then(
    () => ({ fault: null }),
    (error: unknown) => ({ fault: messageOf(error) }),
  );
  try {
    while (!signal.aborted) {
      const ended = await Promise.race([reading, clock.sleep(gatherMs, until).then(() => null)]);
      if (ended !== null) {
        const end = view.end(await readSettledRun(folder).catch(() => null), nowMs());
        yield sent({ ...end, head: { ...end.head, fault: ended.fault ?? end.head.fault } });
        return;
      }
      const change = view.change(nowMs());
      if (change !== null) yield sent(change);
    }
  } finally {
    ending.abort();
    await reading;
  }
}

const sent = (data: LiveChange): Sent => ({ event: 'changes', data: JSON.stringify(data) });
