import {
  type Combination,
  leftOutText,
  mainQuantity,
  type MetricLeftOut,
  resultsTables,
} from '../../../summaries/index.js';
import type { OpenedRun } from '../../../tables/index.js';
import { textTable } from '../../format/index.js';
import { dataTable, digits, labelOf, markup, type Markup, unitOf, wordsOf } from '../markup/index.js';
import { meanOf, outcomeChart, partsOfWhole, stackedChart, valuesOf, varying } from '../charts/index.js';
import { resultsTable } from './results-table.js';

/** Maximum number of charts per role and bars per chart; the table has everything. */
const mostCharts = 12;
const mostBars = 40;
const mostRows = 400;

type Recorded = Pick<OpenedRun, 'record' | 'combinations' | 'leftOut' | 'withoutStatistics'>;

/**
 * Results of the experiment: the one table of each role, charts of each quantity against each parameter, the numbers behind
 * them, and what is in none of them.
 */
export function outcomes(recorded: Recorded): Markup {
  const { combinations, withoutStatistics } = recorded;
  const roles = [...new Set([...combinations, ...withoutStatistics].map(({ role }) => role))];
  if (roles.length === 0) {
    return markup`<section id="results" aria-labelledby="results-title">
      <h2 id="results-title">Results</h2>
      <p>No role recorded a quantity: a number that is no parameter and names nothing, as a frame number does.</p>
    </section>`;
  }
  return markup`<section id="results" aria-labelledby="results-title">
    <h2 id="results-title">Results</h2>
    <p class="lead">
      A repeat counts once, no matter how many rows it has. Warm-up repeats are excluded. The line under each
      chart says what it shows.
    </p>
    ${resultsTables([recorded]).map((one) => resultsTable(textTable(one), mostRows))}
    ${roles.map((role) =>
      ofRole(
        role,
        combinations.filter((one) => one.role === role),
        recorded,
      ),
    )}
  </section>`;
}

function ofRole(role: string, own: readonly Combination[], recorded: Recorded): Markup {
  const quantities = [...new Set(own.flatMap((one) => one.outcomes.map(({ quantity }) => quantity)))];
  const parameters = varying(own.map((one) => one.parameters));
  const main = mainQuantity(quantities);
  const others = quantities.filter((name) => name !== main && own.some((one) => meanOf(one, name) !== 0));
  const [first] = parameters;
  const all = [
    ...(main === null
      ? []
      : parameters.map((parameter, at) =>
          outcomeChart(role, own, parameter, main, at === 0 ? 'wide' : 'small'),
        )),
    ...(first === undefined ? [] : others.map((name) => outcomeChart(role, own, first, name, 'small'))),
  ];
  const charts = all.slice(0, mostCharts);
  return markup`<h3>Recorded by ${role}</h3>
    ${stack(role, own)} ${charts.length === 0 ? markup`` : markup`<div class="charts">${charts}</div>`}
    ${cutCharts(all.length, own.length)}
    ${inNoFigure(role, recorded)} ${own.length === 0 ? markup`` : numbers(role, own, quantities)}`;
}

function cutCharts(charts: number, combinations: number): Markup {
  const cut = [
    ...(charts > mostCharts ? [`the first ${mostCharts} of ${charts} charts are drawn`] : []),
    ...(combinations > mostBars ? [`bars show the first ${mostBars} of ${combinations} combinations`] : []),
  ];
  return cut.length === 0
    ? markup``
    : markup`<p class="muted">To keep the page small, ${cut.join(', and ')}; the table has all of them.</p>`;
}

/** Values and columns that are in no number of this section. */
function inNoFigure(role: string, { leftOut, withoutStatistics }: Recorded): Markup {
  const columns = withoutStatistics.filter((one) => one.role === role);
  const values = leftOut.filter((one) => one.role === role && one.of === 'results');
  const without = columns
    .map(({ column, reason, rows }) => `${column} (${reason}, ${rows} row${rows === 1 ? '' : 's'})`)
    .join(', ');
  return markup`${
    values.length === 0
      ? markup``
      : markup`<ul class="warning">${values.map((one) => markup`<li>${missing(one)}</li>`)}</ul>`
  }
  ${without === '' ? markup`` : markup`<p class="muted">Columns without statistics: ${without}.</p>`}`;
}

function missing({ metric, parameters, n, leftOut, missingTrials }: MetricLeftOut): string {
  const values =
    leftOut.values === 0
      ? []
      : [`${leftOut.values} of ${n + leftOut.values} values are in no figure: ${leftOutText(leftOut)}`];
  const trials = missingTrials.length === 0 ? [] : [`no value in trial ${missingTrials.join(', ')}`];
  return `${metric}, ${labelOf(parameters)}: ${[...values, ...trials].join('; ')}.`;
}

function stack(role: string, own: readonly Combination[]): Markup {
  const found = partsOfWhole(own);
  if (found === null) return markup``;
  const { whole, parts } = found;
  const parameters = varying(own.map((one) => one.parameters));
  const bars = own.slice(0, mostBars).map((one) => {
    const values = parts.map((part) => meanOf(one, part) ?? 0);
    const total = meanOf(one, whole) ?? 0;
    const rest = Math.max(0, total - values.reduce((sum, value) => sum + value, 0));
    return { label: valuesOf(one.parameters, parameters), values: [...values, rest], total };
  });
  return stackedChart({
    title: `${whole} and the parts that add up to it, recorded by ${role}`,
    caption: `Bars: means of the rows of each repeat, averaged over the repeats, so that the parts add up; the number is the mean of ${whole}. Charts of ${whole} have medians instead, which differ where rows are skewed.`,
    words: wordsOf(whole),
    unit: unitOf(whole),
    labels: parameters.join(', '),
    parts: [...parts, 'rest'].map((name, at) => ({ name, look: name === 'rest' ? 'p-idle' : `s${at % 8}` })),
    bars,
  });
}

function numbers(role: string, own: readonly Combination[], quantities: readonly string[]): Markup {
  const columns = [
    { name: 'Combination' },
    { name: 'Quantity' },
    ...[
      'repeats',
      'n',
      'left out',
      'mean',
      '95 % interval',
      'mean of rows',
      'sd',
      'median',
      'p95',
      'min',
      'max',
      'outliers',
    ].map((name) => ({ name, number: true })),
  ];
  const rows = quantities.flatMap((quantity) =>
    own.flatMap(({ parameters, outcomes: all }) =>
      all
        .filter((one) => one.quantity === quantity)
        .map(({ overRepeats: over, withinRepeat: within, meanOfRows, n, exact, leftOut }) => {
          const of = over.n > 1 ? over : within;
          const wide = over.interval === null ? undefined : over.interval.high - over.interval.low;
          return [
            labelOf(parameters),
            quantity,
            over.n,
            exact ? n : `${n} (within 0.05 %)`,
            leftOut.values === 0 ? null : leftOutText(leftOut),
            digits(over.mean, wide),
            over.interval === null
              ? null
              : `${digits(over.interval.low, wide)} to ${digits(over.interval.high, wide)}`,
            digits(meanOfRows, wide),
            of.sd === null ? null : digits(of.sd),
            ...[of.median, of.p95, of.min, of.max].map((one) => digits(one)),
            of.outliers,
          ];
        }),
    ),
  );
  const cut =
    rows.length > mostRows ? ` (the first ${mostRows} of ${rows.length}; the csv report has all rows)` : '';
  const over = own.every(({ trials }) => trials.length > 1)
    ? 'over the medians of the repeats'
    : 'over repeats, or for a single repeat over its rows';
  return markup`<details data-print>
    <summary>The numbers behind the charts of ${role}</summary>
    ${dataTable(`What ${role} recorded, ${over}${cut}`, columns, rows.slice(0, mostRows))}
  </details>`;
}
