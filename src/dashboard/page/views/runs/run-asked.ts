import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunEntry, RunsAnswer } from '../../../live/index.js';
import { call, type Fault, named } from '../../call.js';
import { lostSinceMs } from '../../connection.js';

const againMs = 3000;

interface KnownRuns {
  readonly server: string;
  readonly version: number;
  /** By id. */
  readonly entries: ReadonlyMap<string, RunEntry>;
}

/** The runs of the workspace; null before the server has told them. */
export const runs = signal<KnownRuns | null>(null);
/** Why it does not tell them now. */
export const runsFault = signal<Fault | null>(null);

/** Where the server has the data of a run. */
export const dataOf = (id: string): string => `/data/runs/${named(id)}`;
/** The address of a run's view. */
export const viewOf = (id: string): string => `/runs/${named(id)}`;

/** Asks what has changed, once. */
export async function askRuns(until?: AbortSignal): Promise<void> {
  if (lostSinceMs.value !== null) return;
  const { server, version } = runs.value ?? { server: '', version: 0 };
  const path = `/data/runs?server=${server}&version=${version}`;
  const answer = await call<RunsAnswer>('GET', path, until === undefined ? {} : { signal: until });
  if (until?.aborted === true) return;
  if ('fault' in answer) {
    runsFault.value = answer.fault;
    return;
  }
  runsFault.value = null;
  runs.value = after(runs.value, answer.data);
}

function after(before: KnownRuns | null, { server, version, whole, ...change }: RunsAnswer): KnownRuns {
  // An answer that was overtaken by a later one says nothing new.
  if (before !== null && !whole && version < before.version) return before;
  const entries = new Map(whole ? [] : before?.entries);
  for (const id of change.removed) entries.delete(id);
  for (const entry of change.entries) entries.set(entry.id, entry);
  const isSame = !whole && change.removed.length + change.entries.length === 0;
  return { server, version, entries: isSame && before !== null ? before.entries : entries };
}

/** Keeps the runs known for as long as a part of the page shows them. */
export function useRuns(): void {
  useEffect(() => {
    const ending = new AbortController();
    const ask = () => void askRuns(ending.signal);
    ask();
    const timer = setInterval(ask, againMs);
    return () => {
      clearInterval(timer);
      ending.abort();
    };
  }, []);
}
