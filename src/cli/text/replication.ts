import { plainText, type ReplicationRecord } from '../../index.js';
import { digits, labelOf } from './outcomes.js';
import { table } from './table.js';
import { textWidth, wrap } from './text-width.js';
import { toned } from './tones.js';

type Metric = ReplicationRecord['metrics'][number];

interface Layout {
  /** Whether to show metrics that do not decide as well. */
  readonly all: boolean;
  /** Cells of a line. */
  readonly width: number;
}

/** The verdict and why, the metrics, the results that must be equal, and what differs in how the runs ran. */
export function replicationText(given: ReplicationRecord, { all, width }: Layout): string {
  const judged = plainRecord(given);
  const { verdict, reasons, original, replication, doubts } = judged;
  const wrapped = (text: string, indent = '') => wrap(text, width, indent);
  const runs = [original, replication].map((run, at) =>
    wrapped(
      `${at === 0 ? 'original   ' : 'replication'}  ${run.run_id}  ${run.lan ?? 'this machine only'}  ${toned(run.verdict)}`,
      '  ',
    ),
  );
  const parts = [
    [wrapped(`${toned(verdict)}  ${replication.experiment}`), ...runs].join('\n'),
    reasons.map((reason) => wrapped(`- ${reason}`, '  ')).join('\n'),
    metricsText(judged, { all, width }),
    equalText(judged, width),
    differsText(judged, width),
    section(
      'Doubts about the numbers:',
      doubts.map(({ run, check, text }) => wrapped(`${run}, ${check}: ${text}`, '  ')),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Its texts come from another lab. */
function plainRecord(given: ReplicationRecord): ReplicationRecord {
  const plain = (_: string, value: unknown) => (typeof value === 'string' ? plainText(value) : value);
  return JSON.parse(JSON.stringify(given), plain) as ReplicationRecord;
}

const section = (heading: string, lines: readonly string[]) =>
  lines.length === 0 ? '' : [heading, ...lines].join('\n');

function metricsText({ metrics, within }: ReplicationRecord, { all, width }: Layout): string {
  if (metrics.length === 0) return '';
  const deciding = metrics.filter(({ decides }) => decides);
  const others = metrics.filter(({ decides }) => !decides);
  const heading = `Metrics that decide, the same within ${digits(within * 100)} %:`;
  const count = (finding: Metric['finding']) => others.filter((one) => one.finding === finding).length;
  const beside = `${others.length === 1 ? '1 other does' : `${others.length} others do`} not decide: ${count('same')} the same, ${count('different')} different. Show them with --all.`;
  return [
    ...(deciding.length === 0 ? [] : [wrap(heading, width), tableText(deciding, width)]),
    ...(others.length === 0
      ? []
      : all
        ? ['Metrics that do not decide:', tableText(others, width)]
        : [wrap(beside, width)]),
  ].join('\n');
}

/** A table where it fits, else a few lines for each metric. */
function tableText(shown: readonly Metric[], width: number): string {
  const labeled = shown.some(({ parameters }) => Object.keys(parameters).length > 0);
  const headings = ['METRIC', ...(labeled ? ['AT'] : []), 'ORIGINAL', 'REPLICATION', 'BY [95 %]', 'FINDING'];
  const rows = shown.map((one) => [
    `${one.role}.${one.metric}`,
    ...(labeled ? [plainText(labelOf(one.parameters))] : []),
    digits(one.original),
    one.replication === null ? '-' : digits(one.replication),
    relativeText(one),
    toned(one.finding),
  ]);
  const wide = table(headings, rows);
  if (wide.split('\n').every((line) => textWidth(line) <= width)) return wide;
  return shown.map((one) => linesOf(one, width)).join('\n');
}

function linesOf(one: Metric, width: number): string {
  const at = plainText(labelOf(one.parameters));
  const replication = one.replication === null ? '-' : digits(one.replication);
  return [
    `${one.role}.${one.metric}${at === '' ? '' : ` at ${at}`}: ${toned(one.finding)}`,
    `  ${digits(one.original)}, then ${replication}: ${relativeText(one)}`,
  ]
    .map((line) => wrap(line, width, '  '))
    .join('\n');
}

function relativeText({ relative, relative_low: low, relative_high: high }: Metric): string {
  if (relative === null) return '-';
  const interval = low === null || high === null ? '' : ` [${percent(low)}, ${percent(high)}]`;
  return `${percent(relative)} %${interval}`;
}

function percent(share: number): string {
  const value = Number((share * 100).toPrecision(2));
  return value > 0 ? `+${digits(value)}` : digits(value);
}

function equalText({ equal }: ReplicationRecord, width: number): string {
  return section(
    'Results that must be equal:',
    equal.map(({ role, name, compared, different, finding }) =>
      wrap(
        `${role === null || name.startsWith(`${role}.`) ? name : `${role}.${name}`}: ${toned(finding)}, ${different} of ${compared} values differ`,
        width,
        '  ',
      ),
    ),
  );
}

function differsText({ differs }: ReplicationRecord, width: number): string {
  return section(
    wrap('What differs between the runs (no proof of a cause):', width),
    differs.map((one) =>
      wrap(
        `${one.about}, ${one.what}: ${short(one.original)}, in the replication ${short(one.replication)}`,
        width,
        '  ',
      ),
    ),
  );
}

function short(text: string | null): string {
  if (text === null) return 'none';
  const plain = text.replace(/^(?:sha256|SHA256):/, '');
  return plain.length > 40 ? `${plain.slice(0, 37)}...` : plain;
}
