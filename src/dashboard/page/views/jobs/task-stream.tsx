import { useEffect, useMemo, useRef } from 'preact/hooks';
import { colorsOf } from '../../colors.js';
import { nowMs } from '../../connection.js';
import type { Task } from './task-reader.js';
import { countText, timeText } from '../../words.js';
import { memberNames } from '../member-names.js';

/** An attempt in time; it goes on if it has no end. */
interface Span {
  readonly member: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly kind: string;
}

interface Row {
  readonly name: string;
  readonly spans: readonly Span[];
}

const rowHeight = 22;
const axisHeight = 22;
/** While tasks run, the picture is drawn again when its end has moved by this part of its width, or tasks have changed. */
const step = 1 / 100;

/** What each worker did when, a row for each; where a row is empty, the worker had nothing of this job to do. */
export function TaskStream({ tasks, until }: { tasks: readonly Task[]; until: number | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const names = memberNames.value;
  const [rows, from] = useMemo(() => rowsOf(tasks, names), [tasks, names]);
  const shown = useRef({ rows, end: 0 });
  const now = until ?? nowMs.value;
  if (rows !== shown.current.rows || until !== null || now - shown.current.end > step * (now - from))
    shown.current = { rows, end: now };
  const { end } = shown.current;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    // It calls back at once, too.
    const resized = new ResizeObserver(() => draw(element, { rows, from, end }));
    resized.observe(element);
    return () => resized.disconnect();
  }, [rows, end]);
  if (rows.length === 0) return <p>Nothing has run yet.</p>;
  const spoken = rows.map(({ name, spans }) => `${name}: ${countText(spans.length, 'attempt')}`).join(', ');
  return (
    <canvas
      ref={canvas}
      class="stream"
      style={{ height: `${rows.length * rowHeight + axisHeight}px` }}
      role="img"
      aria-label={`From ${timeText(from, end)} to ${timeText(end, end)}: ${spoken}`}
    />
  );
}

function rowsOf(
  tasks: readonly Task[],
  names: ReadonlyMap<string, string>,
): [rows: readonly Row[], from: number] {
  const rows = new Map<string, Span[]>();
  let from = Infinity;
  for (const span of tasks.flatMap(spansOf)) {
    from = Math.min(from, span.fromMs);
    const row = rows.get(span.member);
    if (row === undefined) rows.set(span.member, [span]);
    else row.push(span);
  }
  const named = [...rows].map(([member, spans]) => ({ name: names.get(member) ?? member, spans }));
  return [named.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })), from];
}

/** A task that has ended stays the same object, and its times are read once. */
const known = new WeakMap<Task, readonly Span[]>();

function spansOf(task: Task): readonly Span[] {
  const before = known.get(task);
  if (before !== undefined) return before;
  const spans = task.ends.map((one): Span => {
    const fromMs = Date.parse(one.started_at ?? one.assigned_at);
    return { member: one.member, fromMs, untilMs: Date.parse(one.ended_at), kind: one.outcome };
  });
  if (task.member !== null && task.started_at !== null)
    spans.push({ member: task.member, fromMs: Date.parse(task.started_at), untilMs: null, kind: 'running' });
  known.set(task, spans);
  return spans;
}

interface Drawing {
  rows: readonly Row[];
  from: number;
  end: number;
}

function draw(canvas: HTMLCanvasElement, { rows, from, end }: Drawing): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const scale = devicePixelRatio;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  const color = colorsOf(canvas);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const left = Math.min(width / 3, 12 + Math.max(...rows.map(({ name }) => context.measureText(name).width)));
  const x = (ms: number) => left + ((ms - from) / Math.max(1, end - from)) * (width - left - 4);
  for (const [at, { name, spans }] of rows.entries()) {
    context.fillStyle = color('--ink');
    context.fillText(name, 0, at * rowHeight + rowHeight / 2, left - 8);
    context.fillStyle = color('--line');
    context.fillRect(left, (at + 1) * rowHeight - 1, width - left, 1);
    const top = at * rowHeight + 3;
    for (const { fromMs, untilMs, kind } of spans) {
      const [start, stop] = [x(fromMs), x(untilMs ?? end)];
      const bar = Math.max(1, stop - start);
      context.fillStyle = color(kind === 'done' ? '--good' : kind === 'running' ? '--accent' : '--bad');
      context.fillRect(start, top, bar, rowHeight - 7);
      // One ends where the next begins: a line tells them apart.
      if (bar > 4) {
        context.fillStyle = color('--bg');
        context.fillRect(start, top, 1, rowHeight - 7);
      }
      // What failed or was lost has a mark that needs no color.
      if (kind !== 'done' && kind !== 'running') {
        context.fillStyle = color('--ink');
        context.fillRect(start + bar - 2, top - 2, 2, rowHeight - 3);
      }
    }
  }
  context.fillStyle = color('--muted');
  context.fillText('0 s', left, height - axisHeight / 2);
  const text = `${((end - from) / 1000).toFixed(1)} s`;
  context.fillText(text, width - context.measureText(text).width - 4, height - axisHeight / 2);
}
