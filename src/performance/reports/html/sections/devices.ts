import type { RunRecord } from '../../../../logs/index.js';
import { deviceFacts, hasOneClock } from '../../../reading/index.js';
import type { Series } from '../../../series/index.js';
import { dataTable, digits, markup, type Markup, withUnit } from '../markup/index.js';
import { chartsOf, figureOf, lineKey } from '../charts/index.js';

/** Facts of each device, and its samples over time. */
export function devices(run: RunRecord, series: readonly Series[]): Markup {
  const columns = [
    'Device',
    'Roles',
    'Model and system',
    'Architecture',
    'Cores',
    'Memory',
    'Clock offset',
    'Address',
  ].map((name) => ({ name }));
  const rows = run.devices.map(({ name, address, facts, clock }) => [
    name,
    run.placement
      .filter(({ device }) => device === name)
      .map(({ role, rank }) => `${role}-${rank}`)
      .join(', '),
    [facts.model, (facts.os as { name?: unknown } | null)?.name, facts.kernel]
      .filter((one) => typeof one === 'string')
      .join(', '),
    textOf(facts.architecture),
    textOf(facts.cores),
    memoryText(deviceFacts(facts).memory_bytes),
    clock === null ? 'not measured' : `${digits(clock.offset_ms)} ± ${digits(clock.error_ms)} ms`,
    address === '' ? 'not known' : address,
  ]);
  return markup`<section id="devices" aria-labelledby="devices-title">
    <h2 id="devices-title">Devices over time</h2>
    ${dataTable('Devices at the start of the run', columns, rows)} ${toolbar(run, series)}
    ${run.devices.map(({ name }) =>
      ofDevice(
        name,
        series.filter((one) => one.device === name),
        hasOneClock(run),
      ),
    )}
  </section>`;
}

function axisText(run: RunRecord): string {
  if (hasOneClock(run))
    return 'All charts share one time axis: seconds since the start of the run on the controller’s clock.';
  return 'Time axes are seconds since the start of the run, by the clock of each device, which was not compared with any other: charts of two devices may be shifted against each other.';
}

function memoryText(bytes: unknown): string | null {
  return typeof bytes === 'number' ? withUnit(bytes, 'bytes') : null;
}

function toolbar(run: RunRecord, series: readonly Series[]): Markup {
  if (series.length === 0) return markup`<p>There are no samples.</p>`;
  return markup`<p class="lead">
      ${axisText(run)} Metrics that are always 0, and counts such as processes, are in the tables only. <span class="on-screen"
        >Drag to zoom, double-click to reset. With the keyboard: focus a chart, then use the arrow keys, + and −, and 0 to reset.</span
      >
    </p>
    <noscript
      ><p class="warning">The charts of this section need JavaScript; the tables do not.</p></noscript
    >`;
}

function ofDevice(device: string, series: readonly Series[], oneClock: boolean): Markup {
  if (series.length === 0) return markup``;
  const charts = chartsOf(series).map(({ key, title, series: own }, at) => {
    const several = own.length > new Set(own.map((one) => one.instance)).size;
    return figureOf({
      title: `${title} of ${device} over time`,
      caption: `Lines: means of the samples drawn together; bands: the smallest to the largest of them. ${oneClock ? 'Gray: every second trial.' : 'Times are of this device’s own clock.'}`,
      kind: 'live',
      legend: own.map(({ instance, metric }, line) => ({
        key: lineKey(line, true),
        label: several ? `${instance} ${short(metric)}` : instance,
      })),
      drawing: markup`<div
          class="plot"
          data-device="${device}"
          data-chart="${key}"
          tabindex="0"
          role="img"
          aria-label="${title} of ${device} over time. ${own.map(inWords).join(' ')}"
        ></div>`,
      readout: markup`<p class="readout" ${at === 0 ? markup`aria-live="polite"` : markup``}></p>`,
    });
  });
  const columns = [
    ...['Role', 'Metric'].map((name) => ({ name })),
    ...['min', 'mean', 'max'].map((name) => ({ name, number: true })),
  ];
  const rows = series.map((one) => {
    const { least, mean, greatest } = digest(one);
    return [one.instance, one.metric, ...[least, mean, greatest].map((value) => withUnit(value, one.unit))];
  });
  return markup`<h3>${device}</h3>
    <div class="charts narrow">${charts}</div>
    <details>
      <summary>Samples of ${device} in numbers</summary>
      ${dataTable(`Samples of ${device} over the whole run`, columns, rows)}
    </details>`;
}

function short(metric: string): string {
  return metric
    .replace(/^network_/, '')
    .replace(/_bytes$/, '')
    .replaceAll('_', ' ');
}

function digest({ points }: Series): { least: number; mean: number; greatest: number } {
  let [least, greatest, sum, values] = [Infinity, -Infinity, 0, 0];
  for (const { min, mean, max, n } of points) {
    least = Math.min(least, min);
    greatest = Math.max(greatest, max);
    sum += mean * n;
    values += n;
  }
  return { least, mean: sum / values, greatest };
}

function inWords(series: Series): string {
  const { mean, greatest } = digest(series);
  return `${series.instance}: mean ${withUnit(mean, series.unit)}, at most ${withUnit(greatest, series.unit)}.`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
