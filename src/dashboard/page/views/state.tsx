import { nowMs } from '../connection.js';
import type { MemberEntry } from '../../live/index.js';
import { ageText, countText, timeText } from '../words.js';

/** Members hear of each other within seconds, and only more says something. */
const momentMs = 10_000;

const signs: Readonly<Record<MemberEntry['state'], string>> = {
  alive: '●',
  suspect: '◐',
  failed: '✕',
  left: '○',
  unknown: '?',
};

/** The state of a member in a sign, a word and a color. */
export function State({ state }: { state: MemberEntry['state'] }) {
  return (
    <span class={`state ${state}`}>
      <span aria-hidden="true">{signs[state]}</span> {state}
    </span>
  );
}

/** That a member gets no tasks, in a sign, a word and a color, with what still runs there. */
export function Drained({ member: { drained } }: { member: MemberEntry }) {
  if (drained === null || drained === false) return null;
  return (
    <span class="state drained">
      <span aria-hidden="true">◌</span> drained
      {drained.left === 0 ? '' : `, ${countText(drained.left, 'task')} left`}
    </span>
  );
}

/**
 * How long ago something was, with the time for whoever points at it.
 * @param steady for what is usually a moment ago: it says so, instead of other seconds each second
 */
export function Ago({
  ms,
  before = '',
  steady = false,
}: {
  ms: number | null;
  before?: string;
  steady?: boolean;
}) {
  if (ms === null) return <>{before}never</>;
  if (steady && nowMs.value - ms < momentMs) return <>just now</>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={timeText(ms, nowMs.value)}>
      {before}
      {ageText(nowMs.value - ms)}
    </time>
  );
}
