import { judge, median, type Measurement, type Target } from './measurement.js';

const headings = ['measured', 'collab', 'peer', 'theirs', 'ratio', 'target', 'result'];
const rightFrom = 1;

/**
 * Measurements as a Markdown table, aligned for terminals. Figures are medians, with the minimum and maximum if there are
 * several values; numbered notes follow the table.
 */
export function benchTable(measurements: readonly Measurement[]): string {
  const notes = [...new Set(measurements.flatMap(({ note }) => (note === undefined ? [] : [note])))];
  const rows = measurements.map((one) => {
    const { ratio, met } = judge(one);
    return [
      one.note === undefined ? one.what : `${one.what} (${notes.indexOf(one.note) + 1})`,
      figure(one.ours, one.unit),
      one.peer?.name ?? '',
      one.peer ? figure(one.peer.values, one.unit) : '',
      ratio === null ? '' : `${short(ratio)} x`,
      one.target ? targetText(one.target, one.unit) : '',
      met === null ? '' : met ? 'met' : '**missed**',
    ];
  });
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const aligned = all.map((row) =>
    line(
      row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumbers(column) ? cell.padStart(width) : cell.padEnd(width);
      }),
    ),
  );
  const rule = line(widths.map((width, column) => '-'.repeat(width - 1) + (isNumbers(column) ? ':' : '-')));
  const below = notes.map((note, index) => `${index + 1}. ${note}`);
  return [
    ...aligned.slice(0, 1),
    rule,
    ...aligned.slice(1),
    ...(below.length > 0 ? ['', ...below] : []),
  ].join('\n');
}

/** Columns with figures are right-aligned; the name of the peer and the result are not. */
const isNumbers = (column: number) =>
  column >= rightFrom && headings[column] !== 'peer' && headings[column] !== 'result';

function figure(values: readonly number[], unit: string): string {
  if (values.length === 0) return 'none';
  const middle = `${short(median(values))} ${unit}`.trim();
  if (values.length === 1) return middle;
  return `${middle} (${short(Math.min(...values))} to ${short(Math.max(...values))})`;
}

function targetText({ of, atMost, atLeast }: Target, unit: string): string {
  const value = (one: number) => (of === 'ratio' ? `${one} x` : `${one} ${unit}`.trim());
  return [
    ...(atMost === undefined ? [] : [`<= ${value(atMost)}`]),
    ...(atLeast === undefined ? [] : [`>= ${value(atLeast)}`]),
  ].join(', ');
}

/** Three significant digits, and never a power of ten. */
function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
