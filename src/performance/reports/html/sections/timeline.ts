import type { RunRecord } from '../../../../logs/index.js';
import type { Timeline } from '../../../ledger/index.js';
import type { TimelineData } from '../data/index.js';
import { hasOneClock } from '../../../reading/index.js';
import { dataTable, digits, markup, type Markup } from '../markup/index.js';
import { barKey, figureOf } from '../charts/index.js';

export interface TrialTimeline {
  readonly trial: number;
  readonly label: string;
  readonly timeline: Timeline;
}

const mostRows = 200;
const looks = ['compute', 'serialize', 'queue', 'wire', 'call', 'whole'] as const;

/** Spans of all roles on one axis, drawn by the page's script, with a table for readers without it. Empty without spans. */
export function timeline(run: RunRecord, trials: readonly TrialTimeline[], combinations: number): Markup {
  const [first] = trials;
  if (first === undefined) return markup``;
  const options = trials.map(
    ({ trial, label }, at) => markup`<option value="${at}">trial ${trial}: ${label}</option>`,
  );
  const buttons: [string, string, string][] = [
    ['zoom-in', '+', 'Zoom in'],
    ['zoom-out', '−', 'Zoom out'],
    ['left', '←', 'Earlier'],
    ['right', '→', 'Later'],
    ['frame-before', '⇤', 'Previous frame'],
    ['frame-after', '⇥', 'Next frame'],
    ['all', 'All', 'Show the whole trial'],
  ];
  const errors = first.timeline.lanes.some(({ errorMs }) => errorMs !== 0);
  const figure = figureOf({
    title: `Timeline of trial ${first.trial}: ${first.label}`,
    caption: `Bars: spans of each role. Slanted lines: frames in transit${errors ? ', with the error of both clocks as a pale band' : ''}.`,
    kind: 'wide',
    legend: looks.map((part) => ({ key: barKey(`p-${part}`), label: part })),
    drawing: markup`<div
        id="timeline-plot"
        tabindex="0"
        role="img"
        aria-label="Timeline; the table below has the same data"
      ></div>`,
    readout: markup`<p class="readout" id="timeline-readout" aria-live="polite"></p>`,
  });
  return markup`<section id="timeline" aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline across devices</h2>
    <p class="lead">
      Spans of all roles on ${hasOneClock(run) ? 'the controller’s clock' : 'the clock of each device, which was not compared with any other'}. Slanted lines are frames that travel from one role to
      another${errors ? '; the pale band at their ends is the error of the two clocks' : ''}. Each combination is
      shown by its first measured trial${trials.length < combinations ? `; ${trials.length} of ${combinations} combinations are here, to keep the page small` : ''}.
    </p>
    <div class="toolbar">
      <label
        >Trial
        <select id="timeline-trial">
          ${options}
        </select></label
      >
      <span class="buttons" role="group" aria-label="Move along the time axis"
        >${buttons.map(([act, sign, name]) => markup`<button type="button" data-act="${act}" aria-label="${name}" title="${name}">${sign}</button>`)}</span
      >
    </div>
    ${figure}
    <noscript><p class="warning">The timeline needs JavaScript; the table does not.</p></noscript>
    <details>
      <summary>The first frames as a table</summary>
      ${spanTable(first)}
    </details>
  </section>`;
}

function spanTable({ trial, timeline: { spans, lanes, frames, leftOut } }: TrialTimeline): Markup {
  const columns = [
    { name: 'Span' },
    { name: 'Frame' },
    { name: 'Role' },
    { name: 'Device' },
    ...['start, s', 'duration, ms', 'clock error, ms'].map((name) => ({ name, number: true })),
  ];
  const shown = new Set(frames.slice(0, 12).map(({ name }) => name));
  const found = spans.filter(({ span }) => frames.length === 0 || shown.has(span.frame));
  const rows = found
    .slice(0, mostRows)
    .map(({ span, lane }) => [
      span.name,
      span.frame === '' ? null : span.frame,
      span.instance,
      lanes[lane]?.device ?? '',
      (span.startMs / 1000).toFixed(6),
      digits(span.endMs - span.startMs),
      span.errorMs === null ? 'not measured' : `±${digits(span.errorMs)}`,
    ]);
  const all = spans.length + leftOut;
  const cut = rows.length < all ? ` (the first ${rows.length} of ${all}; the csv report has all)` : '';
  return dataTable(`Spans of trial ${trial}${cut}`, columns, rows);
}

/** Data for the page's script: microseconds since the first span, names and roles as indexes. */
export function timelineData(trials: readonly TrialTimeline[]): TimelineData[] {
  return trials.map(({ timeline: { lanes, spans, transfers, frames, leftOut } }) => {
    const beginMs = spans[0]?.span.startMs ?? 0;
    const micro = (atMs: number) => Math.round((atMs - beginMs) * 1000);
    const names = [...new Set(spans.map(({ span }) => span.name))];
    const lane = (instance: string) => lanes.findIndex((one) => one.instance === instance);
    return {
      beginS: Number((beginMs / 1000).toFixed(6)),
      lanes,
      names,
      spans: spans.map(({ span, lane: at, row }) => [
        at,
        row,
        names.indexOf(span.name),
        span.part,
        micro(span.startMs),
        Math.round((span.endMs - span.startMs) * 1000),
        span.frame,
      ]),
      transfers: transfers.map(({ from, to, startMs, endMs, errorMs, frame }) => [
        lane(from),
        lane(to),
        micro(startMs),
        micro(endMs),
        errorMs === null ? null : Math.round(errorMs * 1000),
        frame,
      ]),
      frames: frames.map(({ name, startMs, endMs }) => [name, micro(startMs), micro(endMs)]),
      leftOut,
    };
  });
}
