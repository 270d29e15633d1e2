import type { AgainstBaseline, ComparisonOfMany, MetricOfMany } from '../../../compare/index.js';
import { pointsChart } from '../charts/index.js';
import { mostLooks } from '../drawing/index.js';
import { labelOf, markup, type Markup, unitOf, wordsOf } from '../markup/index.js';
import { findingText } from './findings.js';
import { forestChart } from './forest-chart.js';
import { metricsTable } from './metrics-table.js';

/** To keep the page small and the charts readable; the tables have everything. */
const mostCharts = 12;
const mostCombinations = 24;

/** The metrics that decide: charts and numbers of each. */
export function primarySection(comparison: ComparisonOfMany): Markup {
  const own = comparison.metrics.filter(({ family }) => family === 'primary');
  const groups = new Map<string, MetricOfMany[]>();
  for (const one of own) {
    const key = JSON.stringify([one.role, one.metric]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const shown = [...groups.values()];
  const cut = shown.length > mostCharts ? [`charts show the first ${mostCharts} metrics`] : [];
  if (comparison.runs.length > mostLooks) cut.push(`charts show the first ${mostLooks} runs`);
  return markup`<section id="results" aria-labelledby="results-title">
    <h2 id="results-title">Results</h2>
    <p class="lead">${headingOf(comparison, own[0]?.family_tests ?? 0)}</p>
    ${comparison.primary.missing.map((name) => markup`<p class="warning">The primary metric ${name} is missing: no run has it in common with the baseline.</p>`)}
    ${own.length === 0 ? markup`<p>No run has a metric in common with the baseline.</p>` : markup``}
    ${neededText(own, comparison.needed_repeats.primary)}
    ${cut.length === 0 ? markup`` : markup`<p class="muted">To keep the page readable, ${cut.join(', and ')}; the tables have all of them.</p>`}
    ${shown.map((metrics, at) => ofMetric(metrics, comparison, at < mostCharts))}
  </section>`;
}

/** All other metrics, as a table. */
export function otherSection({ runs, metrics, needed_repeats: needed }: ComparisonOfMany): Markup {
  const own = metrics.filter(({ family }) => family === 'other');
  if (own.length === 0) return markup``;
  return markup`<section id="others" aria-labelledby="others-title">
    <h2 id="others-title">All other metrics</h2>
    <p class="lead">
      A family of ${own[0]?.family_tests ?? 0} tests with a correction of its own. A difference here is a hint, not what the
      experiment was made for.
    </p>
    ${neededText(own, needed.other)}
    <details data-print>
      <summary>${own.length} metrics at all combinations</summary>
      ${metricsTable('All other metrics', runs, own)}
    </details>
  </section>`;
}

function headingOf({ primary: { source, names }, correction }: ComparisonOfMany, tests: number): string {
  const which =
    source === 'default'
      ? 'No primary metric is named, so everything that the experiment recorded decides'
      : `The metrics that decide are ${names.join(', ')}`;
  return `${which}: a family of ${tests} tests over runs, combinations, and metrics, corrected together (${correction}).`;
}

function neededText(own: readonly MetricOfMany[], needed: number | null): Markup {
  const unable = own.some(({ against }) =>
    against.some((one) => one !== null && one.p_adjusted !== null && one.smallest_effect === null),
  );
  if (!unable || needed === null) return markup``;
  return markup`<p class="warning">
    Too few repeats for so many tests at once: even a large difference may not be significant. ${needed} repeats in each run
    are the fewest that can show one.
  </p>`;
}

function ofMetric(metrics: readonly MetricOfMany[], comparison: ComparisonOfMany, charted: boolean): Markup {
  const [first] = metrics;
  if (first === undefined) return markup``;
  const name = `${first.metric} of ${first.role}`;
  const drawn = metrics.slice(0, mostCombinations);
  const cut =
    metrics.length > drawn.length ? ` The first ${drawn.length} of ${metrics.length} combinations.` : '';
  return markup`<h3>${name}</h3>
    ${charted ? [points(name, drawn, comparison, cut), ratios(name, drawn, comparison, cut)] : []}
    ${metricsTable(name, comparison.runs, metrics)}`;
}

const legendOf = ({ label, run_id, parameters }: ComparisonOfMany['runs'][number]) =>
  `${label} ${Object.keys(parameters).length === 0 ? run_id : labelOf(parameters)}`;

function points(
  name: string,
  metrics: readonly MetricOfMany[],
  { runs }: ComparisonOfMany,
  cut: string,
): Markup {
  const series = runs.slice(0, mostLooks).map((run, index) => ({
    label: legendOf(run),
    points: metrics.flatMap(({ figures }, at) => {
      const figure = figures[index] ?? null;
      return figure === null ? [] : [{ at, value: figure.mean, interval: figure.interval }];
    }),
  }));
  const metric = metrics[0]?.metric ?? '';
  return pointsChart({
    title: `${name} in each run`,
    caption: `Points: mean over the repeats of the median of the rows of each. Whiskers: 95 % interval (Student’s t).${cut}`,
    x: { title: 'Combination', texts: metrics.map(({ parameters }) => labelOf(parameters)), numbers: null },
    y: { words: wordsOf(metric), unit: unitOf(metric) },
    series,
    kind: 'wide',
  });
}

/** Nothing for ratios that have no place on a logarithmic scale. */
function ratios(
  name: string,
  metrics: readonly MetricOfMany[],
  { runs }: ComparisonOfMany,
  cut: string,
): Markup {
  const isDrawn = (one: AgainstBaseline) =>
    one.ratio !== null && one.ratio > 0 && (one.ratio_interval === null || one.ratio_interval.low > 0);
  const compared = metrics.flatMap(({ against }) =>
    against.slice(0, mostLooks).filter((one) => one !== null),
  );
  const groups = metrics.flatMap(({ parameters, against }) => {
    const rows = against.slice(0, mostLooks).flatMap((one, series) => {
      if (one?.ratio == null || !isDrawn(one)) return [];
      return [{ series, ratio: one.ratio, interval: one.ratio_interval, finding: findingText[one.finding] }];
    });
    return rows.length === 0 ? [] : [{ label: labelOf(parameters), rows }];
  });
  if (groups.length === 0) return markup``;
  return forestChart({
    title: `${name}: ratio to the baseline`,
    caption: `Median of all ratios of a repeat to one of A. Whiskers: 95 % interval of this comparison alone; what was found is corrected for all tests. Logarithmic scale.${compared.every(isDrawn) ? '' : ' Not drawn, but in the table: comparisons without a ratio above 0.'}${cut}`,
    axis: `${name}, times that of A`,
    series: runs
      .slice(0, mostLooks)
      .map((run, index) => ({ index, label: legendOf(run), short: run.label }))
      .slice(1),
    groups,
  });
}

/** How to read the page. */
export function readingSection({ correction, metrics }: ComparisonOfMany): Markup {
  const inexact = metrics.some(({ against }) => against.some((one) => (one?.difference_error ?? 0) > 0));
  const correctionText =
    correction === 'Holm'
      ? 'Holm’s correction holds the probability of any false ▲ or ▼ in a family at 5 %, whatever the tests depend on (Scandinavian Journal of Statistics 6, 1979).'
      : 'Benjamini and Hochberg’s correction holds the expected share of false ones among all ▲ and ▼ of a family at 5 %.';
  return markup`<section id="reading" aria-labelledby="reading-title">
    <h2 id="reading-title">How to read this</h2>
    <ul>
      <li>▲ and ▼: the run is higher or lower than the baseline, A. A Mann-Whitney test, two-sided, is significant at 5 % after
        the correction. ${correctionText}</li>
      <li>?: possibly. p is below 5 % on its own, but not after the correction. More repeats would decide.</li>
      <li>–: no difference was found. A difference smaller than the one under “finds” may exist unseen.</li>
      <li>=: all repeats of both runs have the same value. …: too few repeats for any test.</li>
      <li>A repeat counts once, no matter how many rows it has. Warm-up and incomplete trials are excluded.</li>
      <li>“Finds” is the smallest difference from A that so many repeats find in 4 of 5 comparisons after the correction, for
        normal noise as large as that of these runs.</li>
      ${inexact ? markup`<li>Of runs with more than 2 million values, some medians are only known within 0.05 %. Intervals and tests allow for it.</li>` : markup``}
    </ul>
  </section>`;
}
