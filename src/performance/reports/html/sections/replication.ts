import type { ReplicationRecord } from '../../../../logs/index.js';
import { dataTable, digits, labelOf, markup, type Markup } from '../markup/index.js';

const mostRows = 400;

/** How the run compares with the one that it replicates; nothing for any other run. */
export function replication(judged: ReplicationRecord | null): Markup {
  if (judged === null) return markup``;
  const { verdict, original, within, reasons } = judged;
  return markup`<section id="replication" aria-labelledby="replication-title">
    <h2 id="replication-title">Replication</h2>
    <p class="lead">
      Of the run <code>${original.run_id}</code>
      ${original.lan === null ? 'on one machine' : `on the LAN ${original.lan}`}. A metric is the same if the
      whole 95 % interval of its relative difference lies within ${within * 100} %.
    </p>
    <div class="verdict ${verdict === 'REPRODUCED' ? 'valid' : 'doubtful'}">
      <h3><span class="badge">${verdict}</span></h3>
      <ul>
        ${reasons.map((text) => markup`<li>${text}</li>`)}
      </ul>
    </div>
    ${metricsOf(judged)} ${equalOf(judged)} ${differsOf(judged)}
  </section>`;
}

function metricsOf({ metrics }: ReplicationRecord): Markup {
  if (metrics.length === 0) return markup``;
  const columns = [
    { name: 'Metric' },
    { name: 'Combination' },
    ...['repeats', 'original', 'replication', 'relative', '95 % interval'].map((name) => ({
      name,
      number: true,
    })),
    { name: 'Finding' },
    { name: 'Decides' },
  ];
  const rows = metrics
    .slice(0, mostRows)
    .map((one) => [
      `${one.role} ${one.metric}`,
      labelOf(one.parameters),
      `${one.repeats.original}, ${one.repeats.replication}`,
      digits(one.original),
      one.replication === null ? null : digits(one.replication),
      one.relative === null ? null : percent(one.relative),
      one.relative_low === null || one.relative_high === null
        ? null
        : `${percent(one.relative_low)} to ${percent(one.relative_high)}`,
      one.finding,
      one.decides ? 'yes' : 'no',
    ]);
  const cut = metrics.length > mostRows ? ` (the first ${mostRows} of ${metrics.length})` : '';
  return dataTable(`Metrics of both runs${cut}`, columns, rows);
}

function equalOf({ equal }: ReplicationRecord): Markup {
  if (equal.length === 0) return markup``;
  const columns = [
    { name: 'Result' },
    { name: 'values', number: true },
    { name: 'differ', number: true },
    { name: 'Finding' },
    { name: 'First difference' },
  ];
  const rows = equal.map(({ role, name, compared, different, finding, first }) => [
    role === null ? name : `${role} ${name}`,
    compared,
    different,
    finding,
    first === null
      ? null
      : `${labelOf(first.parameters)} repeat ${first.repeat + 1}, rank ${first.rank}, row ${first.row}: ${first.original ?? 'no row'}, in the replication ${first.replication ?? 'no row'}`.trim(),
  ]);
  return dataTable('Results that must be equal', columns, rows);
}

function differsOf({ differs }: ReplicationRecord): Markup {
  if (differs.length === 0) return markup``;
  const columns = ['What', 'Original', 'Replication'].map((name) => ({ name }));
  const rows = differs.map((one) => [`${one.about}: ${one.what}`, one.original, one.replication]);
  return dataTable(
    'What differs between the runs. It may explain a result, and proves no cause',
    columns,
    rows,
  );
}

function percent(share: number): string {
  const value = Number((share * 100).toPrecision(3));
  return `${value > 0 ? '+' : ''}${digits(value)} %`;
}
