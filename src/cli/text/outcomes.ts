import {
  type ColumnWithoutStatistics,
  earlyStopNote,
  type Combination,
  figureOf,
  figuresText,
  lackingText,
  mainQuantity,
  type MetricLeftOut,
  numberText,
  plainText,
  quantitiesOf,
  mostValues,
  spreadText,
} from '../../index.js';
import { bar, placeCharts, type Glyphs } from './charts.js';
import { wrap } from './text-width.js';
import { tablesWithin } from './wide-table.js';

/** Results of a run, and what is in none of them. */
export interface Recorded {
  readonly combinations: readonly Combination[];
  readonly leftOut: readonly MetricLeftOut[];
  readonly withoutStatistics: readonly ColumnWithoutStatistics[];
  /** What is to be known of all of them. */
  readonly record?: Parameters<typeof earlyStopNote>[0];
}

/**
 * Results of each role, one line per combination of parameter values, in tables no wider than the terminal, followed by
 * the values and columns that are in none of them.
 */
export function outcomesText(recorded: Recorded, width: number): string {
  const { combinations, leftOut, withoutStatistics, record } = recorded;
  const stopped = record && earlyStopNote(record);
  const results = leftOut.filter(({ of }) => of === 'results');
  const roles = new Set([...combinations, ...withoutStatistics].map(({ role }) => role));
  const texts = [...roles].map((role) => {
    const own = combinations.filter((one) => one.role === role);
    const how = figuresText(own.map(({ trials }) => trials.length));
    const tables = own.length === 0 ? 'No numbers.' : tablesOf(own, width);
    const lines = [
      ...results.filter((one) => one.role === role).map(missingText),
      ...withoutText(withoutStatistics.filter((one) => one.role === role)),
    ].map((line) => `  ${wrap(line, width - 2, '  ').replaceAll('\n', '\n  ')}`);
    return [wrap(`Results of ${role} (${how}):`, width), tables, ...lines].join('\n');
  });
  return [...texts, ...(stopped == null || texts.length === 0 ? [] : [wrap(stopped, width)])].join('\n\n');
}

/** The main quantity of each role as bars. */
export function barsText(combinations: readonly Combination[], width: number, glyphs: Glyphs): string {
  return byRole(combinations)
    .flatMap(([role, own]) => {
      const main = mainQuantity(quantitiesOf(own));
      if (main === null || own.length < 2) return [];
      const values = own.map(
        (one) => one.outcomes.find(({ quantity }) => quantity === main)?.overRepeats.mean,
      );
      const greatest = Math.max(0, ...values.map((value) => value ?? 0));
      const labels = own.map(({ parameters }) => labelOf(parameters));
      const { room, join } = placeCharts(labels, width, 12);
      const lines = labels.map((label, at) => {
        const value = values[at];
        const drawn = value === undefined ? '' : bar(value, greatest, room, glyphs);
        return join(label, `${drawn} ${value === undefined ? '-' : digits(value)}`);
      });
      return [`${main} of ${role}:\n${lines.join('\n')}`];
    })
    .join('\n\n');
}

export function labelOf(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

/** Four significant digits: for a glance, not for a paper. */
export const digits = numberText;

/** `* total_ms at split=4: 2000 of 5000 values are in no figure: 2000 text ('timeout').` */
function missingText(lacking: MetricLeftOut): string {
  const label = labelOf(lacking.parameters);
  return plainText(
    `* ${lacking.metric}${label === '' ? '' : ` at ${label}`}: ${lackingText(lacking).join('; ')}.`,
  );
}

/** The columns that have no statistics, with the reason and the number of their rows. */
function withoutText(columns: readonly ColumnWithoutStatistics[]): string[] {
  if (columns.length === 0) return [];
  const named = columns.map(
    ({ column, reason, rows }) => `${column} (${reason}, ${rows} row${rows === 1 ? '' : 's'})`,
  );
  return [plainText(`Without statistics: ${named.join(', ')}.`)];
}

function tablesOf(own: readonly Combination[], width: number): string {
  const parameters = Object.keys(own[0]?.parameters ?? {});
  const leading = [
    ...parameters.map((name) => ({ heading: name, cells: own.map((one) => String(one.parameters[name])) })),
    { heading: 'repeats', cells: own.map((one) => String(one.trials.length)) },
    { heading: 'n', cells: own.map((one) => String(mostValues(one))) },
  ];
  const quantities = quantitiesOf(own).map((quantity) => ({
    heading: quantity,
    cells: own.map((one) => cellOf(one, quantity)),
  }));
  return tablesWithin(leading, quantities, width);
}

/** The figure of a quantity, and where it has fewer repeats or values than its line says, how many. */
function cellOf(one: Combination, quantity: string): string {
  const found = figureOf(one, quantity);
  if (found === null) return '-';
  const { mean, interval, repeats, ofRepeats, n, ofN, exact, lacksValues } = found;
  const figure = interval === null ? digits(mean) : spreadText(mean, (interval.high - interval.low) / 2);
  const fewer = [...(repeats < ofRepeats ? [`${repeats} repeats`] : []), ...(n < ofN ? [`n=${n}`] : [])];
  const marks = `${exact ? '' : ' (within 0.05 %)'}${fewer.length === 0 ? '' : ` (${fewer.join(', ')})`}`;
  return `${figure}${marks}${lacksValues ? ' *' : ''}`;
}

function byRole(combinations: readonly Combination[]): [string, Combination[]][] {
  const roles = [...new Set(combinations.map(({ role }) => role))];
  return roles.map((role) => [role, combinations.filter((one) => one.role === role)]);
}
