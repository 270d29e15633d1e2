import { useEffect, useRef } from 'preact/hooks';
import { colorsOf } from '../colors.js';
import { known, nowMs } from '../connection.js';
import { countText, timeText } from '../words.js';

/** A task as the API gives it. */
export interface Task {
  readonly task: number;
  readonly state: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly attempt: number | null;
  readonly member: string | null;
  readonly assigned_at: string | null;
  readonly started_at: string | null;
  readonly ends: readonly {
    readonly attempt: number;
    readonly member: string;
    readonly outcome: string;
    readonly reason: string | null;
    readonly last_lines: string;
    readonly assigned_at: string;
    readonly started_at?: string;
    readonly ended_at: string;
  }[];
}

interface Span {
  readonly member: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly kind: string;
}

const rowHeight = 22;
const axisHeight = 22;

/** What each worker did when, a row for each; where a row is empty, the worker had nothing of this job to do. */
export function TaskStream({ tasks, until }: { tasks: readonly Task[]; until: number | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const end = until ?? nowMs.value;
  const spans = spansOf(tasks, end);
  const members = [...new Set(spans.map(({ member }) => member))];
  const names = known.members.value.entries;
  const nameOf = (id: string) => names[id]?.name ?? id;
  members.sort((a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }));
  const from = Math.min(...spans.map(({ fromMs }) => fromMs));
  useEffect(() => {
    const element = canvas.current;
    if (element !== null) draw(element, { spans, members, nameOf, from, end });
  });
  if (spans.length === 0) return <p>Nothing has run yet.</p>;
  const spoken = members
    .map(
      (member) =>
        `${nameOf(member)}: ${countText(spans.filter((one) => one.member === member).length, 'attempt')}`,
    )
    .join(', ');
  return (
    <canvas
      ref={canvas}
      class="stream"
      style={{ height: `${members.length * rowHeight + axisHeight}px` }}
      role="img"
      aria-label={`From ${timeText(from, end)} to ${timeText(end, end)}: ${spoken}`}
    />
  );
}

function spansOf(tasks: readonly Task[], end: number): Span[] {
  return tasks.flatMap((task) => [
    ...task.ends.map((one) => ({
      member: one.member,
      fromMs: Date.parse(one.started_at ?? one.assigned_at),
      untilMs: Date.parse(one.ended_at),
      kind: one.outcome,
    })),
    ...(task.member !== null && task.started_at !== null
      ? [{ member: task.member, fromMs: Date.parse(task.started_at), untilMs: end, kind: 'running' }]
      : []),
  ]);
}

interface Drawing {
  spans: readonly Span[];
  members: readonly string[];
  nameOf: (id: string) => string;
  from: number;
  end: number;
}

function draw(canvas: HTMLCanvasElement, { spans, members, nameOf, from, end }: Drawing): void {
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
  const left = Math.min(
    width / 3,
    12 + Math.max(...members.map((one) => context.measureText(nameOf(one)).width)),
  );
  const x = (ms: number) => left + ((ms - from) / Math.max(1, end - from)) * (width - left - 4);
  for (const [row, member] of members.entries()) {
    context.fillStyle = color('--ink');
    context.fillText(nameOf(member), 0, row * rowHeight + rowHeight / 2, left - 8);
    context.fillStyle = color('--line');
    context.fillRect(left, (row + 1) * rowHeight - 1, width - left, 1);
  }
  for (const { member, fromMs, untilMs, kind } of spans) {
    const top = members.indexOf(member) * rowHeight + 3;
    const [start, stop] = [x(fromMs), x(untilMs)];
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
  context.fillStyle = color('--muted');
  context.fillText('0 s', left, height - axisHeight / 2);
  const text = `${((end - from) / 1000).toFixed(1)} s`;
  context.fillText(text, width - context.measureText(text).width - 4, height - axisHeight / 2);
}
