import type { ResultMedians } from '../../index.js';
import { table } from './table.js';

/** One table per role, one line per combination of parameter values; empty if nothing was recorded. */
export function mediansText(groups: readonly ResultMedians[]): string {
  const roles = [...new Set(groups.map((group) => group.role))];
  return roles
    .flatMap((role) => {
      const own = groups.filter((group) => group.role === role);
      const quantities = [...new Set(own.flatMap((group) => Object.keys(group.medians)))];
      if (quantities.length === 0) return [];
      const parameters = Object.keys(own[0]?.parameters ?? {});
      const rows = own.map((group) => [
        ...parameters.map((name) => String(group.parameters[name])),
        group.rows,
        ...quantities.map((name) => rounded(group.medians[name])),
      ]);
      return `Medians of the results of ${role}:\n${table([...parameters, 'rows', ...quantities], rows)}`;
    })
    .join('\n\n');
}

/** Four significant digits: for a glance, not for a paper. */
function rounded(value: number | undefined): string | number {
  if (value === undefined) return '-';
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}
