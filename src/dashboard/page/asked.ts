import { useEffect, useState } from 'preact/hooks';
import { call, type Fault } from './call.js';
import { lostSinceMs } from './connection.js';

/** What a path gave last, and why it does not give it now. */
export interface Asked<T> {
  readonly data: T | null;
  readonly fault: Fault | null;
  /** Asks again at once. */
  readonly again: () => void;
}

/**
 * Asks a path of the API now and again, for as long as the part of the page is there.
 * @param everyMs null: once
 */
export function useAsked<T>(path: string, everyMs: number | null): Asked<T> {
  const [answer, setAnswer] = useState<{ path: string; data: T | null; fault: Fault | null } | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const ending = new AbortController();
    const ask = async () => {
      // While the server is gone, the page says so once, and not for each of its parts.
      if (lostSinceMs.value !== null) return;
      const got = await call<T>('GET', path, { signal: ending.signal });
      if (ending.signal.aborted) return;
      setAnswer((before) =>
        'data' in got
          ? { path, data: got.data, fault: null }
          : { path, data: before?.path === path ? before.data : null, fault: got.fault },
      );
    };
    void ask();
    const timer = everyMs === null ? null : setInterval(() => void ask(), everyMs);
    return () => {
      if (timer !== null) clearInterval(timer);
      ending.abort();
    };
  }, [path, everyMs, turn]);
  const own = answer?.path === path ? answer : null;
  return { data: own?.data ?? null, fault: own?.fault ?? null, again: () => setTurn(turn + 1) };
}
