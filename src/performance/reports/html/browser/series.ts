import type { ChartData, SeriesData } from '../data/index.js';
import { withUnit } from '../drawing/index.js';
import { nearest, SeriesChart } from './series-chart.js';
import { pageData } from './theme.js';

/** Metrics over time: a chart per kind and device on a common axis, which pointer and keys zoom. */
export function drawSeries(): void {
  const plots = [...document.querySelectorAll<HTMLElement>('.plot')];
  if (plots.length === 0) return;
  const { charts: all, trials } = pageData('series-data') as SeriesData;
  const times = all.flatMap(({ series }) => series.flatMap(({ t }) => [t[0], t[t.length - 1]]));
  const first = Math.min(...times);
  const last = Math.max(Math.max(...times), first + 1e-3);
  let [from, until] = [first, last];
  let now = (first + last) / 2;
  let held: number | null = null;
  const charts: SeriesChart[] = [];

  function zoom(begin: number, end: number): void {
    [from, until] = [Math.max(first, begin), Math.min(last, end)];
    for (const chart of charts) chart.draw(from, until);
  }

  function point(time: number, { series, unit }: ChartData, readout: Element): void {
    now = Math.min(Math.max(time, from), until);
    for (const chart of charts) chart.point(now);
    const values = series.map((one) => {
      const at = nearest(one, now);
      const spread =
        one.min[at] === one.max[at]
          ? ''
          : ` (${withUnit(one.min[at], unit)} to ${withUnit(one.max[at], unit)})`;
      return `${one.name} ${withUnit(one.mean[at], unit)}${spread}`;
    });
    readout.textContent = `${now.toFixed(2)} s: ${values.join('; ')}`;
  }

  function listen(plot: HTMLElement, chart: SeriesChart, readout: Element): void {
    const scale = (factor: number) => zoom(now - (now - from) * factor, now + (until - now) * factor);
    const move = (share: number) => point(now + (until - from) * share, chart.data, readout);
    const acts: Partial<Record<string, () => void>> = {
      ArrowLeft: () => move(-1 / 60),
      ArrowRight: () => move(1 / 60),
      '+': () => scale(0.5),
      '-': () => scale(2),
      0: () => zoom(first, last),
    };
    plot.addEventListener('keydown', (event) => {
      const act = acts[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
    plot.addEventListener('pointermove', ({ clientX }) => {
      const time = chart.timeAt(clientX);
      if (time === null) return;
      point(time, chart.data, readout);
      if (held !== null) chart.select(held, time);
    });
    plot.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'touch') held = chart.timeAt(event.clientX);
    });
    plot.addEventListener('pointerup', ({ clientX }) => {
      const time = chart.timeAt(clientX) ?? now;
      if (held !== null && Math.abs(time - held) > (until - from) / 80)
        zoom(Math.min(held, time), Math.max(held, time));
    });
    plot.addEventListener('dblclick', () => zoom(first, last));
  }

  for (const plot of plots) {
    const { device, chart: key } = plot.dataset;
    const data = all.find((one) => one.device === device && one.chart === key);
    const readout = plot.closest('figure')?.querySelector('.readout');
    if (data === undefined || !readout) continue;
    const chart = new SeriesChart(plot, data, trials, `plot-${charts.length}`);
    charts.push(chart);
    listen(plot, chart, readout);
  }
  addEventListener('pointerup', () => {
    held = null;
    for (const chart of charts) chart.select(0, 0);
  });
  zoom(first, last);
}
