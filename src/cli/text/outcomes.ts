import { mainQuantity, type Combination } from '../../index.js';
import { bar, placeCharts, type Glyphs } from './charts.js';
import { textWidth } from './text-width.js';
import { table } from './table.js';

/** Results of each role, one line per combination of parameter values, in tables no wider than the terminal. */
export function outcomesText(combinations: readonly Combination[], width: number): string {
  return byRole(combinations)
    .map(([role, own]) => {
      const once = own.every(({ trials }) => trials.length === 1);
      const how = once
        ? 'median of its rows'
        : 'mean of the medians of the repeats, +- half the 95 % interval';
      return `Results of ${role} (${how}):\n${tablesOf(own, width)}`;
    })
    .join('\n\n');
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

/** Four significant digits, never with an exponent: for a glance, not for a paper. */
export function digits(value: number): string {
  const rounded = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
  return Math.abs(rounded) < 1e-4 ? rounded.toFixed(7).replace(/\.?0+$/, '') : String(rounded);
}

function tablesOf(own: readonly Combination[], width: number): string {
  const parameters = Object.keys(own[0]?.parameters ?? {});
  const leading = own.map((one) => [
    ...parameters.map((name) => String(one.parameters[name])),
    String(one.trials.length),
  ]);
  const cells = quantitiesOf(own).map((quantity) => ({
    quantity,
    values: own.map((one) => cellOf(one, quantity)),
  }));
  const tables: string[] = [];
  for (let from = 0; from < cells.length;) {
    let until = from + 1;
    const draw = (to: number) =>
      table(
        [...parameters, 'repeats', ...cells.slice(from, to).map(({ quantity }) => quantity)],
        leading.map((row, at) => [...row, ...cells.slice(from, to).map(({ values }) => values[at] ?? '')]),
      );
    while (until < cells.length && widthOf(draw(until + 1)) <= width) until += 1;
    tables.push(draw(until));
    from = until;
  }
  return tables.join('\n\n');
}

function cellOf(one: Combination, quantity: string): string {
  const found = one.outcomes.find((outcome) => outcome.quantity === quantity);
  if (found === undefined) return '-';
  const { mean, interval } = found.overRepeats;
  return interval === null ? digits(mean) : `${digits(mean)} +- ${half((interval.high - interval.low) / 2)}`;
}

function half(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map(textWidth));
}

function quantitiesOf(own: readonly Combination[]): string[] {
  return [...new Set(own.flatMap(({ outcomes }) => outcomes.map(({ quantity }) => quantity)))];
}

function byRole(combinations: readonly Combination[]): [string, Combination[]][] {
  const roles = [...new Set(combinations.map(({ role }) => role))];
  return roles.map((role) => [role, combinations.filter((one) => one.role === role)]);
}
