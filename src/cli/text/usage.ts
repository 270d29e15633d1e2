import { numberText, spreadText, type Usage } from '../../index.js';
import { wrap } from './text-width.js';
import { tablesWithin } from './wide-table.js';

/** Bytes are shown in MB. */
const bytesPerMb = 1e6;

/** What each role used, one line per combination of parameter values, whether it recorded results or not. */
export function usageText(usage: readonly Usage[], width: number): string {
  const roles = [...new Set(usage.map(({ role }) => role))];
  return roles
    .flatMap((role) => {
      const own = usage.filter((one) => one.role === role);
      const metrics = [...new Set(own.flatMap(({ resources }) => resources.map(({ metric }) => metric)))];
      if (metrics.length === 0) return [];
      const how = [
        ...(own.every(({ trials }) => trials.length === 1)
          ? []
          : ['mean over the repeats, +- half the 95 % interval']),
        ...(own.some(({ resources }) => resources.some(({ estimated }) => estimated)) ? ['~ estimated'] : []),
      ].join('; ');
      const parameters = Object.keys(own[0]?.parameters ?? {});
      const leading = [
        ...parameters.map((name) => ({
          heading: name,
          cells: own.map((one) => String(one.parameters[name])),
        })),
        { heading: 'repeats', cells: own.map((one) => String(one.trials.length)) },
      ];
      const columns = metrics.map((metric) => ({
        heading: metric.replace(/_bytes$/, '_mb'),
        cells: own.map((one) => cellOf(one, metric)),
      }));
      const title = wrap(`Resources of ${role}${how === '' ? '' : ` (${how})`}:`, width);
      return [`${title}\n${tablesWithin(leading, columns, width)}`];
    })
    .join('\n\n');
}

function cellOf({ trials, resources }: Usage, metric: string): string {
  const found = resources.find((one) => one.metric === metric);
  if (found === undefined) return '-';
  const { mean, interval, n } = found.overRepeats;
  const per = metric.endsWith('_bytes') ? bytesPerMb : 1;
  const figure =
    interval === null
      ? numberText(mean / per)
      : spreadText(mean / per, (interval.high - interval.low) / 2 / per);
  return `${found.estimated ? '~' : ''}${figure}${n < trials.length ? ` (${n} repeats)` : ''}`;
}
