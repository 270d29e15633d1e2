import type { Clock, Emit } from '../../../events.js';
import type { StoreEvent } from '../events.js';

/** What a transfer needs besides the store. */
export interface TransferContext {
  clock: Clock;
  emit: Emit<StoreEvent>;
  signal?: AbortSignal | undefined;
}

const progressEveryMs = 250;

/** Reports how many bytes are done, a few times per second at most, and when all are. */
export function progressOf(
  act: 'put' | 'get',
  { name, totalBytes }: { name: string; totalBytes: number },
  { clock, emit }: TransferContext,
): (bytes: number) => void {
  let saidAt = clock.now().getTime();
  return (bytes) => {
    const now = clock.now().getTime();
    if (now - saidAt < progressEveryMs && bytes < totalBytes) return;
    saidAt = now;
    emit({ kind: 'store.progress', name, act, bytes, total_bytes: totalBytes });
  };
}
