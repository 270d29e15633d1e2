import type { OpenedRun } from '../../../tables/index.js';
import { dataTable, labelOf, markup, type Markup, withUnit } from '../markup/index.js';

/** Maximum number of rows; the other formats have all rows. */
const mostRows = 400;
const names: Readonly<Record<string, string>> = {
  wall_s: 'Wall time',
  cpu_s: 'CPU time',
  energy_j: 'Energy',
};
const units: Readonly<Record<string, string>> = { s: 's', j: 'J', bytes: 'bytes' };

/** What every role used at every combination, whether it recorded results or not. */
export function usage({ usage: all }: Pick<OpenedRun, 'usage'>): Markup {
  const metrics = [...new Set(all.flatMap(({ resources }) => resources.map(({ metric }) => metric)))];
  if (metrics.length === 0) return markup``;
  const columns = [
    { name: 'Role' },
    { name: 'Combination' },
    { name: 'Repeats', number: true },
    ...metrics.map((metric) => ({ name: names[metric] ?? memoryName(metric), number: true })),
  ];
  const rows = all.map(({ role, parameters, trials, resources }) => [
    role,
    labelOf(parameters),
    trials.length,
    ...metrics.map((metric) => cellOf(metric, resources)),
  ]);
  const cut = rows.length > mostRows ? ` (the first ${mostRows} of ${rows.length})` : '';
  return markup`<section id="usage" aria-labelledby="usage-title">
    <h2 id="usage-title">Resources</h2>
    ${dataTable(
      `Used by each role: means over the repeats${cut}, ± half the 95 % interval; of several instances the median; ~ means estimated, – unavailable`,
      columns,
      rows.slice(0, mostRows),
    )}
  </section>`;
}

/** `Memory peak`, `Memory peak tree`, `Memory peak process`. */
function memoryName(metric: string): string {
  const words = metric.replace(/_bytes$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function cellOf(metric: string, resources: OpenedRun['usage'][number]['resources']): Markup | null {
  const found = resources.find((one) => one.metric === metric);
  if (found === undefined) return null;
  const unit = units[/[a-z]+$/.exec(metric)?.[0] ?? ''] ?? '';
  const { mean, interval } = found.overRepeats;
  const half = interval === null ? null : (interval.high - interval.low) / 2;
  const spread = half === null ? '' : ` ± ${withUnit(half, unit)}`;
  return markup`${found.estimated ? '~' : ''}${withUnit(mean, unit)}${spread}`;
}
