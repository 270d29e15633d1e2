import { formatBytes, type Series } from '../../index.js';
import { digits } from './outcomes.js';
import { placeCharts, sparkline, type Glyphs } from './charts.js';

/** The metrics to look at first; reports have all of them. */
const glanced =
  /^(?:cpu_percent|device_cpu_percent|memory_bytes|memory_resident_bytes|network_(?:sent|received)_bytes|gpu_load_percent|power_w|temperature_c|throttled)$/;

/** A sparkline for each metric of each role instance, with its greatest value. */
export function seriesText(series: readonly Series[], width: number, glyphs: Glyphs): string {
  const hasWorkingSet = new Set(
    series.flatMap(({ metric, device, instance }) =>
      metric === 'memory_bytes' ? [`${device} ${instance}`] : [],
    ),
  );
  const shown = series.filter(
    ({ metric, points, device, instance }) =>
      glanced.test(metric) &&
      points.some(({ max }) => max > 0) &&
      // Resident sets are another quantity; they stand in only where the role has no cgroup of its own.
      !(metric === 'memory_resident_bytes' && hasWorkingSet.has(`${device} ${instance}`)),
  );
  if (shown.length === 0) return '';
  const [first, last] = extent(shown);
  const labels = shown.map(({ device, instance, metric }) => `${device}  ${instance}  ${metric}`);
  const { room: columns, join } = placeCharts(labels, width, 22);
  const lines = shown.map(({ points, unit }, at) => {
    const cells = Array.from({ length: columns }, (): number | null => null);
    for (const { timeS, mean } of points) {
      const cell = Math.min(
        columns - 1,
        Math.floor(((timeS - first) / Math.max(last - first, 1e-9)) * columns),
      );
      cells[cell] = Math.max(cells[cell] ?? 0, mean);
    }
    const greatest = Math.max(...points.map(({ max }) => max));
    return join(labels[at] ?? '', `${sparkline(cells, glyphs)}  up to ${withUnit(greatest, unit)}`);
  });
  return `From second ${digits(first)} of the run to second ${digits(last)}:\n${lines.join('\n')}`;
}

function extent(series: readonly Series[]): [number, number] {
  let [first, last] = [Infinity, -Infinity];
  for (const { points } of series)
    for (const { timeS } of points) [first, last] = [Math.min(first, timeS), Math.max(last, timeS)];
  return [first, last];
}

function withUnit(value: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(Math.round(value));
  if (unit === 'bytes/s') return `${formatBytes(Math.round(value))}/s`;
  return `${digits(value)}${unit === '' || unit === 'count' ? '' : ` ${unit}`}`;
}
