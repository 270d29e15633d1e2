import { knownMetrics } from './metrics.js';

/** The marks around the tables in docs/metrics.md: `npm run metrics` writes everything between them. */
export const pageMarks = [
  '<!-- from src/logs/records/metrics.json: npm run metrics -->',
  '<!-- end -->',
] as const;

/** The tables of docs/metrics.md: samples, totals and sensors. */
export function metricsPage(): string {
  const { samples, totals, sensors } = knownMetrics();
  const parts = ({ name, per }: { name: string; per?: string | undefined }) =>
    per === undefined ? `\`${name}\`` : `\`${name}\`, \`.<${per}>\``;
  return [
    '### Samples',
    table(
      ['metric', 'unit', 'kind', 'is', 'source', 'where'],
      samples.map((one) => {
        const kind = one.slow === true ? `${one.kind}, 1 Hz` : one.kind;
        return [parts(one), one.unit, kind, one.description, one.source, one.where];
      }),
    ),
    '### Totals',
    table(
      ['metric', 'unit', 'is', 'source', 'where'],
      totals.map((one) => {
        const asked = one.asked_for === undefined ? '' : ` (with \`${one.asked_for}\` in experiment.yaml)`;
        return [parts(one), one.unit, `${one.description}${asked}`, one.source, one.where];
      }),
    ),
    '### Sensors',
    table(
      ['file of `sensors/`', 'reads', 'gives'],
      sensors.map(({ name, metrics, description }) => [
        `\`${name}.py\``,
        description,
        metrics.map((metric) => `\`${metric}\``).join(', '),
      ]),
    ),
  ].join('\n\n');
}

/** The page with its tables replaced. */
export function withTables(page: string): string {
  const [begin, end] = pageMarks.map((mark) => page.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new TypeError(`docs/metrics.md must hold ${pageMarks.join(' and ')}`);
  return `${page.slice(0, begin + pageMarks[0].length)}\n\n${metricsPage()}\n\n${page.slice(end)}`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
