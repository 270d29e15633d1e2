import type { LedgerMeans } from '../../../ledger/index.js';
import { dataTable, digits, labelOf, markup, type Markup } from '../markup/index.js';
import { stackedChart } from '../charts/index.js';

const mostBars = 40;
/** Colors that no other part of the ledger uses. */
const workColors = ['s0', 's3', 's5', 's6', 's7'];

/** Where the end-to-end time of a frame went, for each combination. Empty if no span has a frame. */
export function ledger(means: readonly LedgerMeans[]): Markup {
  if (means.length === 0) return markup``;
  const instances = [...new Set(means.flatMap(({ workMs }) => [...workMs.keys()]))];
  const parts = [
    ...instances.map((instance, at) => ({
      name: `compute, ${instance}`,
      color: workColors[at % workColors.length] ?? 's0',
    })),
    { name: 'serialize', color: 'p-serialize' },
    { name: 'queue', color: 'p-queue' },
    { name: 'wire', color: 'p-wire' },
    { name: 'idle', color: 'p-idle' },
  ];
  const bars = means.slice(0, mostBars).map(({ parameters, partsMs, workMs }) => ({
    label: labelOf(parameters),
    values: [
      ...instances.map((instance) => workMs.get(instance) ?? 0),
      partsMs.serialize,
      partsMs.queue,
      partsMs.wire,
      partsMs.idle,
    ],
  }));
  const cut =
    means.length > mostBars
      ? markup`<p class="muted">Bars show the first ${mostBars} of ${means.length} combinations; the table has all of them.</p>`
      : markup``;
  return markup`<section id="ledger" aria-labelledby="ledger-title">
    <h2 id="ledger-title">Where the time of a frame goes</h2>
    <p class="lead">
      Every moment of a frame, from its start to its end across all devices, belongs to exactly one part, so
      the parts add up to the end-to-end time. A part that starts on one device’s clock and ends on another’s
      has the error of both clocks; in a round trip the errors cancel out.
    </p>
    ${stackedChart('Frame ledger, means over frames', 'ms', parts, bars)} ${cut} ${table(means, instances)}
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
      'wire clock error',
      'idle',
    ].map((name) => ({ name, number: true })),
  ];
  const rows = means.map(({ parameters, frames, endToEndMs, partsMs, workMs, wireErrorMs }) => [
    labelOf(parameters),
    frames,
    digits(endToEndMs),
    ...instances.map((one) => digits(workMs.get(one) ?? 0)),
    digits(partsMs.serialize),
    digits(partsMs.queue),
    digits(partsMs.wire),
    wireErrorMs === null ? 'unknown' : `±${digits(wireErrorMs)}`,
    digits(partsMs.idle),
  ]);
  return dataTable('Frame ledger: means over frames in milliseconds, without warm-up', columns, rows);
}

function conflicts(means: readonly LedgerMeans[]): Markup {
  const count = means.reduce((sum, one) => sum + one.conflicts, 0);
  if (count === 0) return markup``;
  return markup`<p class="warning">
    In ${count} ${count === 1 ? 'frame' : 'frames'} the clocks contradict each other by more than their error
    bounds: work inside a call seems to happen outside of it. It was moved inside.
  </p>`;
}
