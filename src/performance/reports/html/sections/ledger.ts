import type { Amount, LedgerMeans } from '../../../ledger/index.js';
import { dataTable, digits, labelOf, markup, type Markup } from '../markup/index.js';
import { rangeText, stackedChart, valuesOf, varying } from '../charts/index.js';

const mostBars = 40;
/** Colors and hatchings that no other part of the ledger uses. */
const workLooks = ['s0', 's3', 's5', 's6', 's7'];

/** Where the end-to-end time of a frame went, for each combination. Empty if no span has a frame. */
export function ledger(means: readonly LedgerMeans[]): Markup {
  if (means.length === 0) return markup``;
  const instances = [...new Set(means.flatMap(({ work }) => [...work.keys()]))];
  const parts = [
    ...instances.map((instance, at) => ({
      name: `compute, ${instance}`,
      look: workLooks[at % workLooks.length] ?? 's0',
    })),
    { name: 'serialize', look: 'p-serialize' },
    { name: 'queue', look: 'p-queue' },
    { name: 'wire', look: 'p-wire' },
    { name: 'idle', look: 'p-idle' },
  ];
  const names = varying(means.map(({ parameters }) => parameters));
  const bars = means.slice(0, mostBars).map(({ parameters, parts: own, work, endToEnd }) => ({
    label: valuesOf(parameters, names),
    total: endToEnd.ms,
    values: [
      ...instances.map((instance) => work.get(instance)?.ms ?? 0),
      own.serialize.ms,
      own.queue.ms,
      own.wire.ms,
      own.idle.ms,
    ],
  }));
  const cut =
    means.length > mostBars
      ? markup`<p class="muted">Bars show the first ${mostBars} of ${means.length} combinations; the table has all of them.</p>`
      : markup``;
  const chart = stackedChart({
    title: 'Where the time of a frame goes, from end to end over all devices',
    caption: `Bars: means over ${rangeText(means.map(({ frames }) => frames))} frames of the measured repeats; the number is the mean end-to-end time.`,
    words: 'time of a frame',
    unit: 'ms',
    labels: names.join(', '),
    parts,
    bars,
  });
  return markup`<section id="ledger" aria-labelledby="ledger-title">
    <h2 id="ledger-title">Where the time of a frame goes</h2>
    <p class="lead">
      Every moment of a frame, from its start to its end across all devices, belongs to exactly one part, so
      the parts add up to the end-to-end time. The bound after ± is the error due to the clocks of all devices
      that a part depends on; in a round trip it cancels out.
    </p>
    ${chart} ${cut} ${table(means, instances)}
    ${conflicts(means)}
  </section>`;
}

function table(means: readonly LedgerMeans[], instances: readonly string[]): Markup {
  const columns = [
    { name: 'Combination' },
    ...[
      'frames',
      'end to end, ms',
      ...instances.map((one) => `compute ${one}`),
      'serialize',
      'queue',
      'wire',
      'idle',
    ].map((name) => ({ name, number: true })),
  ];
  const rows = means.map(({ parameters, frames, endToEnd, parts, work }) => [
    labelOf(parameters),
    frames,
    amountText(endToEnd),
    ...instances.map((one) => amountText(work.get(one) ?? { ms: 0, errorMs: 0 })),
    ...(['serialize', 'queue', 'wire', 'idle'] as const).map((part) => amountText(parts[part])),
  ]);
  return dataTable('Frame ledger: means over frames in milliseconds, without warm-up', columns, rows);
}

function amountText({ ms, errorMs }: Amount): string {
  if (errorMs === null) return `${digits(ms)} (clock error unknown)`;
  return errorMs < 1e-6 ? digits(ms) : `${digits(ms)} ±${digits(errorMs)}`;
}

function conflicts(means: readonly LedgerMeans[]): Markup {
  const count = means.reduce((sum, one) => sum + one.conflicts, 0);
  if (count === 0) return markup``;
  return markup`<p class="warning">
    In ${count} ${count === 1 ? 'frame' : 'frames'} the clocks contradict each other by more than their error
    bounds: work inside a call seems to happen outside of it. It was moved inside.
  </p>`;
}
