import { useEffect, useState } from 'preact/hooks';
import {
  type LiveChange,
  type LiveHead,
  type LiveLine,
  type LiveTrial,
  mostLines,
  mostSpans,
  type RoleSpan,
} from '../../../live/index.js';
import { askRuns, dataOf } from './run-asked.js';

/** What is known of a run: as it was told first, with all changes since. */
export interface LiveRunState {
  readonly head: LiveHead;
  readonly trials: ReadonlyMap<number, LiveTrial>;
  readonly spans: ReadonlyMap<string, RoleSpan>;
  /** Whether spans at the beginning are left out. */
  readonly cut: boolean;
  readonly lines: readonly LiveLine[];
  readonly over: boolean;
}

/**
 * A run as it goes on.
 * @param turn another one begins anew, as when a run that had ended goes on; null for a run that cannot be read
 */
export function useLiveRun(id: string, turn: string | null): LiveRunState | null {
  const [state, setState] = useState<LiveRunState | null>(null);
  useEffect(() => {
    if (turn === null) return undefined;
    let source: EventSource | null = null;
    let isOver = false;
    const listen = () => {
      source?.close();
      source = null;
      // A browser keeps few connections to one server: a page that nobody sees leaves them to others.
      if (document.hidden || isOver) return;
      const opened = new EventSource(`${dataOf(id)}/live`);
      source = opened;
      // After each connection everything is told again.
      let isFirst = true;
      opened.addEventListener('open', () => (isFirst = true));
      opened.addEventListener('changes', (event) => {
        const change = JSON.parse(event.data as string) as LiveChange;
        const isWhole = isFirst;
        isFirst = false;
        setState((before) => after(isWhole ? null : before, change));
        if (!change.over) return;
        isOver = true;
        opened.close();
        void askRuns();
      });
    };
    listen();
    document.addEventListener('visibilitychange', listen);
    return () => {
      document.removeEventListener('visibilitychange', listen);
      source?.close();
    };
  }, [id, turn]);
  return state;
}

function after(before: LiveRunState | null, change: LiveChange): LiveRunState {
  const trials = new Map(before?.trials);
  for (const trial of change.trials) trials.set(trial.number, trial);
  const spans = new Map(before?.spans);
  for (const span of change.spans) spans.set(span.id, span);
  const left = spans.size - mostSpans;
  for (const id of [...spans.keys()].slice(0, Math.max(0, left))) spans.delete(id);
  const lines = [...(before?.lines ?? []), ...change.lines].slice(-mostLines);
  const cut = (before?.cut ?? false) || change.cut || left > 0;
  return { head: change.head, trials, spans, cut, lines, over: change.over };
}
