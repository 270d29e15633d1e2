import { useSignal } from '@preact/signals';
import type { LiveRunState } from './live-run.js';
import { nowMs } from '../../connection.js';
import type { RoleSpan } from '../../../live/index.js';
import { countText, tookText } from '../../words.js';

/** Which role ran when on which device: a row for each, by the controller's clock. */
export function RunTimeline({ live }: { live: LiveRunState }) {
  const which = useSignal<'all' | 'last'>('all');
  const all = [...live.spans.values()];
  const last = all.at(-1);
  if (last === undefined) return <p>No role has begun yet.</p>;
  const shown = which.value === 'all' ? all : all.filter(({ trial }) => trial === last.trial);
  return (
    <>
      <div class="choice" role="group" aria-label="Trials on the timeline">
        {(['all', 'last'] as const).map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={which.value === one}
            onClick={() => (which.value = one)}
          >
            {one === 'all' ? 'All trials' : `Trial ${last.trial}`}
          </button>
        ))}
      </div>
      <Lanes spans={shown} />
      <p class="muted">
        By the controller’s clock: when it heard of it. Pale: not ready yet. A line at the end: it failed, or
        its end is not known.{live.cut ? ` Only the last ${all.length} are shown.` : ''}
      </p>
    </>
  );
}

function Lanes({ spans }: { spans: readonly RoleSpan[] }) {
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const endMs = Math.max(...spans.map((span) => span.untilMs ?? nowMs.value), fromMs + 1);
  const at = (ms: number) => (100 * (ms - fromMs)) / (endMs - fromMs);
  const lanes = lanesOf(spans);
  return (
    <div class="lanes">
      {lanes.map(({ name, device, own }) => (
        <div class="lane" key={`${device} ${name}`}>
          <span>
            {name} <small>{device}</small>
          </span>
          <svg role="img" aria-label={spoken(name, device, own)}>
            {own.map((span) => (
              <Bars key={span.id} span={span} at={at} endMs={endMs} />
            ))}
          </svg>
        </div>
      ))}
      <div class="axis" aria-hidden="true">
        <span>0 s</span>
        <span>{tookText((endMs - fromMs) / 1000)}</span>
      </div>
    </div>
  );
}

/** One after the other by device, then by role, as people count. */
function lanesOf(spans: readonly RoleSpan[]): { name: string; device: string; own: RoleSpan[] }[] {
  const lanes = new Map<string, { name: string; device: string; own: RoleSpan[] }>();
  for (const span of spans) {
    const { role: name, device } = span;
    const key = `${device} ${name}`;
    const lane = lanes.get(key) ?? { name, device, own: [] };
    lane.own.push(span);
    lanes.set(key, lane);
  }
  return [...lanes]
    .sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }))
    .map(([, lane]) => lane);
}

function spoken(name: string, device: string, spans: readonly RoleSpan[]): string {
  const count = (outcome: RoleSpan['outcome']) => spans.filter((span) => span.outcome === outcome).length;
  const states = (['running', 'done', 'stopped', 'failed', 'unknown'] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${outcome}`);
  return `${name} on ${device}: ${countText(spans.length, 'time')}, ${states.join(', ')}`;
}

function Bars({ span, at, endMs }: { span: RoleSpan; at: (ms: number) => number; endMs: number }) {
  const until = span.untilMs ?? endMs;
  const ready = Math.min(span.readyMs ?? until, until);
  const isPale = span.readyMs !== null && ready > span.fromMs;
  const begin = isPale ? ready : span.fromMs;
  const width = (from: number, to: number) => `${Math.max(0.15, at(to) - at(from))}%`;
  const took = tookText((until - span.fromMs) / 1000);
  const attempt = span.attempt === 1 ? '' : `, attempt ${span.attempt}`;
  return (
    <g class={span.outcome}>
      <title>{`${span.role} on ${span.device}, trial ${span.trial}${attempt}: ${took}, ${span.how}`}</title>
      {isPale ? (
        <rect class="pale" x={`${at(span.fromMs)}%`} width={width(span.fromMs, ready)} y="4" height="14" />
      ) : null}
      <rect x={`${at(begin)}%`} width={width(begin, until)} y="4" height="14" />
      {span.outcome === 'failed' || span.outcome === 'unknown' ? (
        <rect class="mark" x={`${Math.max(0, at(until) - 0.2)}%`} width="2" y="1" height="20" />
      ) : null}
    </g>
  );
}
