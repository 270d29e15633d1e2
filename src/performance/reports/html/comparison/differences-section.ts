import type { ComparisonOfMany } from '../../../compare/index.js';
import { dataTable, labelOf, markup, type Markup } from '../markup/index.js';

const mostRows = 400;

/** What differs in how the runs ran, and what is not in all of them. */
export function differencesSection(comparison: ComparisonOfMany): Markup {
  const { runs, differences } = comparison;
  const columns = [{ name: 'What' }, ...runs.map(({ label }) => ({ name: label }))];
  const rows = differences
    .slice(0, mostRows)
    .map(({ about, what, values }) => [`${about}: ${what}`, ...values]);
  const cut = differences.length > mostRows ? ` (the first ${mostRows} of ${differences.length})` : '';
  return markup`<section id="differences" aria-labelledby="differences-title">
    <h2 id="differences-title">What differs</h2>
    <p class="lead">${sameText(comparison)}</p>
    ${
      rows.length === 0
        ? markup`<p>Nothing that the log has: settings, devices, images, and versions are the same.</p>`
        : markup`<div class="differs">${dataTable(`Settings that are not the same in all runs${cut}`, columns, rows)}</div>`
    }
    ${absent(comparison)}
  </section>`;
}

function sameText({ runs, same_experiment: same }: ComparisonOfMany): string {
  if (new Set(runs.map(({ experiment }) => experiment)).size > 1)
    return same === true
      ? 'The experiments have different names and the same files. What they have in common is compared.'
      : 'The experiments are different. Only what they have in common is compared.';
  if (same === null) return 'It is not known whether the files of the experiment are the same in all runs.';
  return same
    ? 'All runs are of the same experiment, with the same files.'
    : 'The runs are of one experiment, but its files differ.';
}

/** Combinations and metrics that only some of the runs have. */
function absent({ runs, combinations, partial }: ComparisonOfMany): Markup {
  const flags = (of: readonly boolean[]) => of.map((has) => (has ? 'yes' : null));
  const rows = [
    ...combinations
      .filter((one) => !one.runs.every(Boolean))
      .map((one) => [`combination ${labelOf(one.parameters)}`, ...flags(one.runs)]),
    ...partial.map((one) => [`metric ${one.role}.${one.metric}`, ...flags(one.runs)]),
  ].slice(0, mostRows);
  if (rows.length === 0) return markup``;
  const columns = [{ name: 'What' }, ...runs.map(({ label }) => ({ name: label }))];
  return dataTable(
    'What is not in all runs. A run is compared with the baseline only where both have it',
    columns,
    rows,
  );
}
