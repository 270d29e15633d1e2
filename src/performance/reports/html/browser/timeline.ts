import type { TimelineData } from '../data/index.js';
import { digits, px, ticksBetween } from '../drawing/index.js';
import { rename } from './pictures.js';
import { drawing, make } from './svg.js';
import { element, pageData } from './theme.js';

/** Converts a moment in microseconds to a position on the axis. */
type Scale = (micro: number) => number;

/** Draws the spans of all roles of a trial and the transfers between them on one axis. */
export function drawTimeline(): void {
  const plot = document.getElementById('timeline-plot');
  if (plot === null) return;
  const trials = pageData('timeline-data') as readonly TimelineData[];
  const readout = element('timeline-readout');
  const gutter = 150;
  const rowHeight = 18;
  const laneGap = 26;
  /** Between the margins of A4, in CSS pixels. */
  const printWidth = 690;
  /** Three lines of text. */
  const labelHeight = 58;
  let trial = trials[0];
  let [from, until] = [0, 1];

  function lastMoment(): number {
    return trial.spans.reduce((last, [, , , , start, duration]) => Math.max(last, start + duration), 1);
  }

  function showFrames(first: number, count: number): void {
    const shown = trial.frames.slice(first, first + count);
    if (shown.length === 0) {
      show(0, lastMoment());
      return;
    }
    const begin = Math.min(...shown.map(([, start]) => start));
    const end = Math.max(...shown.map(([, , stop]) => stop));
    const edge = (end - begin) * 0.03;
    show(begin - edge, end + edge);
  }

  function show(begin: number, end: number): void {
    const widest = lastMoment() * 1.05;
    const width = Math.min(Math.max(end - begin, 10), widest * 1.1);
    from = Math.min(Math.max(begin, -0.05 * widest), widest - width * 0.5);
    until = from + width;
    draw();
  }

  const lengthText = (micro: number) =>
    micro >= 1e6 ? `${Number((micro / 1e6).toPrecision(4))} s` : `${Number((micro / 1e3).toPrecision(4))} ms`;

  function draw(width = Math.max(plot?.clientWidth ?? 0, 320)): void {
    if (plot === null) return;
    const left = width < 560 ? 84 : gutter;
    const x: Scale = (micro) => left + ((micro - from) / (until - from)) * (width - left - 8);
    const tops: number[] = [];
    let height = 24;
    for (const { rows } of trial.lanes) {
      tops.push(height);
      height += Math.max(rows * rowHeight + laneGap, labelHeight);
    }
    const svg = drawing(width, height + 40, 'timeline');
    const [unit, by] = until >= 2e6 ? ['s', 1e6] : ['ms', 1e3];
    for (const tick of ticksBetween(from / by, until / by, Math.max(3, Math.floor((width - left) / 110)))) {
      const at = px(x(tick * by));
      make('line', { class: 'grid', x1: at, x2: at, y1: 18, y2: height }, svg);
      make(
        'text',
        { x: at, y: height + 15, 'text-anchor': 'middle' },
        svg,
        digits(tick, (until - from) / by),
      );
    }
    make('text', { class: 'axis', x: 0, y: 11 }, svg, 'role and device');
    const time = `time since the first span of the trial (${unit})`;
    make(
      'text',
      { class: 'axis', x: (left + width) / 2, y: height + 34, 'text-anchor': 'middle' },
      svg,
      time,
    );
    const clip = make('clipPath', { id: 'timeline-clip' }, svg);
    make('rect', { x: left, y: 0, width: width - left - 8, height }, clip);
    trial.lanes.forEach(({ instance, device, errorMs, rows }, at) => {
      make(
        'rect',
        {
          class: 'ground',
          x: left,
          y: tops[at] - 3,
          width: width - left - 8,
          height: rows * rowHeight + 4,
          rx: 4,
        },
        svg,
      );
      make('text', { class: 'lane', x: 0, y: tops[at] + 11 }, svg, instance);
      make('text', { x: 0, y: tops[at] + 26 }, svg, device);
      const clock =
        errorMs === null
          ? 'clock not measured'
          : errorMs === 0
            ? ''
            : `clock ± ${Number(errorMs.toPrecision(2))} ms`;
      if (left === gutter) make('text', { x: 0, y: tops[at] + 41 }, svg, clock);
    });
    const body = make('g', { 'clip-path': 'url(#timeline-clip)' }, svg);
    drawTransfers(body, x, tops);
    drawSpans(body, x, tops);
    plot.replaceChildren(svg);
    const note =
      trial.leftOut > 0 ? ` ${trial.leftOut} more spans of this trial are only in the csv report.` : '';
    readout.textContent = `${lengthText(Math.round(until - from))} of the trial, from ${(trial.beginS + from / 1e6).toFixed(3)} s after the run's start.${note}`;
  }

  function drawSpans(body: Element, x: Scale, tops: readonly number[]): void {
    const drawnTo = new Map<number, number>();
    for (const [lane, row, name, part, start, duration, frame] of trial.spans) {
      if (start > until || start + duration < from) continue;
      const [begin, end] = [x(start), x(start + duration)];
      const key = lane * 1000 + row;
      if (end < (drawnTo.get(key) ?? -1) + 0.4) continue;
      drawnTo.set(key, end);
      const y = tops[lane] + row * rowHeight;
      const width = Math.max(end - begin, 0.8);
      const rect = make(
        'rect',
        { class: `bar p-${part}`, x: begin, y, width, height: rowHeight - 3, rx: 2 },
        body,
      );
      const of = frame === '' ? '' : `, frame ${frame}`;
      make('title', {}, rect, `${trial.names[name]}${of}: ${lengthText(duration)}`);
      rect.dataset.text = `${trial.lanes[lane].instance} ${trial.names[name]}${of}: ${lengthText(duration)}`;
      const seen = Math.min(end, x(until)) - Math.max(begin, x(from));
      if (seen > trial.names[name].length * 6 + 6)
        make(
          'text',
          { class: 'inside', x: Math.max(begin, x(from)) + 4, y: y + 11 },
          body,
          trial.names[name],
        );
    }
  }

  function drawTransfers(body: Element, x: Scale, tops: readonly number[]): void {
    for (const [a, b, start, end, error, frame] of trial.transfers) {
      const slack = error ?? 0;
      if (start - slack > until || end + slack < from) continue;
      const down = tops[b] > tops[a];
      const edge = (lane: number, outward: boolean) =>
        tops[lane] + (outward ? trial.lanes[lane].rows * rowHeight : -2);
      const [y1, y2] = [edge(a, down), edge(b, !down)];
      if (slack > 0) {
        const points = `${x(start)},${y1} ${x(end - slack)},${y2} ${x(end + slack)},${y2}`;
        make('polygon', { class: 'doubt', points }, body);
      }
      const line = make('line', { class: 'transfer', x1: x(start), y1, x2: x(end), y2 }, body);
      const sure = error === null ? 'clock error unknown' : error === 0 ? '' : `± ${lengthText(error)}`;
      line.dataset.text = `frame ${frame} from ${trial.lanes[a].instance} to ${trial.lanes[b].instance}: ${lengthText(end - start)} ${sure}`;
    }
  }

  const pan = (share: number): void => show(from + (until - from) * share, until + (until - from) * share);
  const scale = (factor: number, at = 0.5): void => {
    const middle = from + (until - from) * at;
    show(middle - (middle - from) * factor, middle + (until - middle) * factor);
  };
  function step(by: number): void {
    const middle = (from + until) / 2;
    const now = trial.frames.findIndex(([, , stop]) => stop >= middle);
    showFrames(
      Math.min(Math.max((now === -1 ? trial.frames.length - 1 : now) + by, 0), trial.frames.length - 1),
      1,
    );
  }
  const acts: Partial<Record<string, () => void>> = {
    'zoom-in': () => scale(0.5),
    'zoom-out': () => scale(2),
    left: () => pan(-0.25),
    right: () => pan(0.25),
    'frame-before': () => step(-1),
    'frame-after': () => step(1),
    all: () => show(0, lastMoment()),
  };
  const keys: Partial<Record<string, string>> = {
    '+': 'zoom-in',
    '-': 'zoom-out',
    ArrowLeft: 'left',
    ArrowRight: 'right',
    PageUp: 'frame-before',
    PageDown: 'frame-after',
    0: 'all',
  };
  for (const button of document.querySelectorAll<HTMLElement>('#timeline [data-act]'))
    button.addEventListener('click', () => acts[button.dataset.act ?? '']?.());
  plot.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[act]?.();
  });
  plot.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      scale(event.deltaY > 0 ? 1.25 : 0.8, (event.offsetX - gutter) / (plot.clientWidth - gutter));
    },
    { passive: false },
  );
  let held: number | null = null;
  plot.addEventListener('pointerdown', (event) => (held = event.clientX));
  addEventListener('pointerup', () => (held = null));
  plot.addEventListener('pointermove', (event) => {
    if (held !== null && event.buttons === 1) {
      pan((held - event.clientX) / (plot.clientWidth - gutter));
      held = event.clientX;
      return;
    }
    const text = event.target instanceof SVGElement ? event.target.dataset.text : undefined;
    if (text !== undefined) readout.textContent = text;
  });
  const picked = element('timeline-trial') as HTMLSelectElement;
  picked.addEventListener('change', () => {
    trial = trials[Number(picked.value)];
    const figure = plot.closest('figure');
    if (figure !== null) rename(figure, `Timeline of ${picked.selectedOptions[0].text}`);
    showFrames(0, 3);
  });
  addEventListener('resize', () => draw());
  addEventListener('beforeprint', () => draw(printWidth));
  addEventListener('afterprint', () => draw());
  showFrames(0, 3);
}
