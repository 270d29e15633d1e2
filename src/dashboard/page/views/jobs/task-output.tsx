import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { known } from '../../connection.js';
import { FaultText } from '../../parts.js';
import { OutputReader, type PrintedAttempt } from './output-reader.js';
import type { Task } from './task-reader.js';

const streams = [
  ['stdout', 'Standard output'],
  ['stderr', 'Standard error'],
] as const;
/** So near to the end counts as at the end. */
const nearPx = 8;

/** What a task prints, as it comes, as text, whatever it has in it. */
export function TaskOutput({ job, task }: { job: string; task: Task }) {
  const stream = useSignal<'stdout' | 'stderr'>('stdout');
  return (
    <>
      <p class="row">
        {streams.map(([name, label]) => (
          <button
            key={name}
            type="button"
            aria-pressed={stream.value === name}
            onClick={() => (stream.value = name)}
          >
            {label}
          </button>
        ))}
      </p>
      <Printed key={stream.value} path={`/v1/jobs/${job}/tasks/${task.task}/${stream.value}`} task={task} />
    </>
  );
}

function Printed({ path, task }: { path: string; task: Task }) {
  const reader = useMemo(() => new OutputReader(path), [path]);
  useEffect(() => {
    const ending = new AbortController();
    void reader.run(ending.signal);
    return () => ending.abort();
  }, [reader, task.state]);
  const attempts = reader.attempts.value;
  const fault = reader.fault.value;
  return (
    <>
      {attempts.map((one, at) => (
        <Attempt key={one.attempt} one={one} task={task} isLast={at === attempts.length - 1} />
      ))}
      {fault === null ? null : (
        <p>
          <FaultText fault={fault} />
        </p>
      )}
      {fault === null && attempts.length === 0 ? <p>…</p> : null}
    </>
  );
}

function Attempt({ one, task, isLast }: { one: PrintedAttempt; task: Task; isLast: boolean }) {
  const { attempt, member, text, isCut } = one;
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current !== null && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  const name = known.members.value.entries[member]?.name ?? member;
  const { outcome, reason } = task.ends.find((end) => end.attempt === attempt) ?? {
    // Another one began before this page heard of its end.
    outcome: one.outcome === 'running' && !isLast ? 'ended, and how is not known' : one.outcome,
    reason: null,
  };
  return (
    <>
      <p>
        Attempt {attempt} on {name}: {outcome}
        {reason === null ? '' : ` (${reason})`}
        {isCut ? '. Only the end of what it printed is shown.' : ''}
      </p>
      <pre
        ref={box}
        tabIndex={0}
        aria-label={`Printed by attempt ${attempt}`}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
          (isAtEnd.current = scrollTop + clientHeight >= scrollHeight - nearPx)
        }
      >
        {text === '' ? '(nothing)' : text}
      </pre>
    </>
  );
}
