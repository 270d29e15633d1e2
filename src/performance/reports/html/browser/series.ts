import type { ChartData, LineData, SeriesData } from '../data/index.js';
import { color, onRepaint, pageData, repaint } from './theme.js';

/** Draws metrics over time: one chart per kind and device on a common axis, when it scrolls into view. */
export function drawSeries(): void {
  const { charts: all, trials } = pageData('series-data') as SeriesData;
  const built = new Map<HTMLElement, uPlot>();
  const height = 170;
  let range: [number, number] | null = null;

  /** Aligns all series on one x axis: undefined if a series has no point, null where its line is interrupted. */
  function aligned(series: readonly LineData[]): uPlot.AlignedData {
    const breakS = 1e-4;
    const times = new Set<number>();
    for (const { t, parts } of series) {
      for (const time of t) times.add(time);
      for (const at of parts.slice(1)) times.add(t[at] - breakS);
    }
    const x = [...times].sort((a, b) => a - b);
    const place = new Map(x.map((time, at) => [time, at]));
    const rows = series.flatMap(({ t, parts, max, min, mean }) =>
      [max, min, mean].map((values) => {
        const row = new Array<number | null | undefined>(x.length);
        t.forEach((time, at) => (row[place.get(time) ?? 0] = values[at]));
        for (const at of parts.slice(1)) row[place.get(t[at] - breakS) ?? 0] = null;
        return row;
      }),
    );
    return [x, ...rows];
  }

  /** Shades every second trial, and shows its number where there is room. */
  function drawTrials(chart: uPlot): void {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = 'top';
    for (const [number, begin, end] of trials) {
      const left = Math.max(chart.valToPos(begin, 'x', true), bbox.left);
      const right = Math.min(chart.valToPos(end, 'x', true), bbox.left + bbox.width);
      if (right - left < 2) continue;
      ctx.fillStyle = color('--panel');
      if (number % 2 === 1) ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.fillStyle = color('--muted');
      if (right - left > 24 * devicePixelRatio) ctx.fillText(String(number), left + 4, bbox.top + 2);
    }
    ctx.restore();
  }

  function nearest({ t }: LineData, time: number): number {
    let [low, high] = [0, t.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (t[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low > 0 && time - t[low - 1] < t[low] - time ? low - 1 : low;
  }

  function show(readout: Element, { series, unit }: ChartData, time: number): void {
    const values = series.map((one) => {
      const at = nearest(one, time);
      const spread =
        one.min[at] === one.max[at]
          ? ''
          : ` (${withUnit(one.min[at], unit)} to ${withUnit(one.max[at], unit)})`;
      return `${one.name} ${withUnit(one.mean[at], unit)}${spread}`;
    });
    readout.textContent = `${time.toFixed(2)} s: ${values.join('; ')}`;
  }

  function extent(): [number, number] {
    const times = all.flatMap(({ series }) => series.flatMap(({ t }) => [t[0], t[t.length - 1]]));
    return [Math.min(...times), Math.max(...times)];
  }

  function zoom(from: number, until: number): void {
    range = [from, until];
    for (const chart of built.values()) chart.setScale('x', { min: from, max: until });
  }

  function build(plot: HTMLElement): void {
    if (built.has(plot)) return;
    const data = all.find(
      ({ device, chart }) => device === plot.dataset.device && chart === plot.dataset.chart,
    );
    const readout = plot.parentElement?.querySelector('.readout');
    if (data === undefined || !readout) return;
    const line = (at: number) => () => color(`--s${at % 8}`);
    const pale = (at: number) => () => color(`--s${at % 8}`).replace(/rgba?\(([^)]+)\)/, 'rgb($1, 0.2)');
    const hidden = { stroke: 'transparent', width: 0, points: { show: false } };
    const axis = {
      stroke: () => color('--muted'),
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    const chart = new uPlot(
      {
        width: plot.clientWidth,
        height,
        legend: { show: false },
        cursor: { sync: { key: 'run' }, points: { show: false }, drag: { x: true, y: false } },
        scales: {
          x: { time: false, range: () => range ?? extent() },
          y: { range: (_, __, max): uPlot.Range.MinMax => [0, max > 0 ? max * 1.08 : 1] },
        },
        axes: [
          { ...axis, size: 28, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
          {
            ...axis,
            size: 64,
            values: (_, ticks) =>
              ticks.map((tick) => withUnit(tick, data.unit.startsWith('bytes') ? data.unit : '')),
          },
        ],
        series: [
          {},
          ...data.series.flatMap((_, at) => [
            hidden,
            hidden,
            { stroke: line(at), width: 1.5, points: { show: false } },
          ]),
        ],
        bands: data.series.map((_, at) => ({ series: [3 * at + 1, 3 * at + 2], fill: pale(at) })),
        hooks: {
          drawClear: [drawTrials],
          setCursor: [
            (chart) => {
              const { left = -1 } = chart.cursor;
              if (left >= 0) show(readout, data, chart.posToVal(left, 'x'));
            },
          ],
          setSelect: [
            (chart) => {
              const { left, width } = chart.select;
              if (width > 4) zoom(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
            },
          ],
        },
      },
      aligned(data.series),
      plot,
    );
    chart.over.addEventListener('dblclick', () => {
      zoom(...extent());
    });
    built.set(plot, chart);
  }

  function onKey(event: KeyboardEvent): void {
    const chart = built.get(event.currentTarget as HTMLElement);
    if (chart === undefined) return;
    const { min = 0, max = 0 } = chart.scales.x;
    const width = max - min;
    const { left = -1 } = chart.cursor;
    const at = left >= 0 ? chart.posToVal(left, 'x') : min + width / 2;
    const to = (time: number) => {
      chart.setCursor({ left: chart.valToPos(Math.min(Math.max(time, min), max), 'x'), top: 10 });
    };
    const acts: Partial<Record<string, () => void>> = {
      ArrowLeft: () => to(at - width / 60),
      ArrowRight: () => to(at + width / 60),
      '+': () => zoom(at - (at - min) / 2, at + (max - at) / 2),
      '-': () => zoom(Math.max(extent()[0], at - (at - min) * 2), Math.min(extent()[1], at + (max - at) * 2)),
      0: () => zoom(...extent()),
    };
    const act = acts[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  const plots = [...document.querySelectorAll<HTMLElement>('.plot')];
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        build(target as HTMLElement);
      }
    },
    { rootMargin: '300px' },
  );
  for (const plot of plots) {
    seen.observe(plot);
    plot.addEventListener('keydown', onKey);
  }
  const resize = () => {
    for (const [plot, chart] of built) chart.setSize({ width: plot.clientWidth, height });
  };
  addEventListener('resize', resize);
  addEventListener('beforeprint', () => {
    plots.forEach(build);
    for (const chart of built.values()) chart.redraw();
  });
  matchMedia('print').addEventListener('change', () => {
    resize();
    repaint();
  });
  onRepaint(() => {
    for (const chart of built.values()) chart.redraw(false);
  });
}

/** Three significant digits; bytes in kB, MB or GB depending on their size. */
function withUnit(value: number, unit: string): string {
  if (!unit.startsWith('bytes'))
    return unit === '' || unit === 'count' ? short(value) : `${short(value)} ${unit}`;
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3)));
  return `${short(value / 1000 ** power)} ${names[power]}${unit.slice(5)}`;
}

function short(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
