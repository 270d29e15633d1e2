import { doubleOf, jsonText } from '../../../reading/index.js';
import type { Combination } from '../../../summaries/index.js';
import { axisTitle, digits, mostLooks } from '../drawing/index.js';
import { type Markup, unitOf, wordsOf } from '../markup/index.js';
import { type Point, pointsChart, type PointsChart } from './points-chart.js';
import { rangeText } from './words.js';

/** Parameters whose numbers are names: the order of their values means nothing. */
const nameLike = /(?:^|_)(?:seed|id|pid|class|label)$/;

/**
 * A quantity of a role against one parameter, with a series for each combination of the other parameters: the mean over
 * repeats with its 95 % interval, or for a single repeat the median of its rows.
 */
export function outcomeChart(
  role: string,
  combinations: readonly Combination[],
  parameter: string,
  quantity: string,
  kind: PointsChart['kind'],
): Markup {
  const having = combinations.filter(({ outcomes }) => outcomes.some((one) => one.quantity === quantity));
  const values = distinct(having.map(({ parameters }) => parameters[parameter]));
  const joined = isOrdered(parameter, values);
  const all = seriesOf(having, parameter, quantity, values);
  const series = all.slice(0, mostLooks);
  const repeats = having.flatMap(({ outcomes }) =>
    outcomes.flatMap((one) => (one.quantity === quantity ? [one.overRepeats.n] : [])),
  );
  return pointsChart({
    title: `${quantity} against ${parameter}, recorded by ${role}`,
    caption: captionOf(repeats, all.length, series.length),
    x: {
      title: axisTitle(wordsOf(parameter), unitOf(parameter)),
      texts: values.map((value) => textOf(value)),
      numbers: joined ? values.map((value) => doubleOf(value) ?? Number.NaN) : null,
    },
    y: { words: wordsOf(quantity), unit: unitOf(quantity) },
    series,
    kind,
  });
}

/** Parameters with more than one value; those with an order first, because they make better axes. */
export function varying(all: readonly Combination['parameters'][]): string[] {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  const values = (name: string) => distinct(all.map((one) => one[name]));
  const ordered = (name: string) => Number(isOrdered(name, values(name)));
  return names.filter((name) => values(name).length > 1).sort((a, b) => ordered(b) - ordered(a));
}

/** Numbers, unless they are names: only between those, a line says something. */
function isOrdered(parameter: string, values: readonly unknown[]): boolean {
  return !nameLike.test(parameter) && values.every((value) => doubleOf(value) !== null);
}

/** Numbers in ascending order, other values in the order of the trials. */
function distinct(values: readonly unknown[]): readonly unknown[] {
  const all = [...new Map(values.map((value) => [keyOf(value), value])).values()];
  const numeric = all.every((value) => doubleOf(value) !== null);
  return numeric ? all.sort((a, b) => (doubleOf(a) ?? 0) - (doubleOf(b) ?? 0)) : all;
}

function keyOf(value: unknown): string {
  return value === undefined ? '' : jsonText(value);
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? digits(value) : String(value);
}

function seriesOf(
  combinations: readonly Combination[],
  parameter: string,
  quantity: string,
  values: readonly unknown[],
): { label: string; points: Point[] }[] {
  const places = new Map(values.map((value, at) => [keyOf(value), at]));
  const others = varying(combinations.map(({ parameters }) => parameters)).filter(
    (name) => name !== parameter,
  );
  const found = new Map<string, Point[]>();
  for (const { parameters, outcomes } of combinations) {
    const label = others.map((name) => `${name}=${String(parameters[name])}`).join(', ');
    const points = found.get(label) ?? [];
    found.set(label, points);
    for (const { quantity: name, overRepeats } of outcomes) {
      const at = places.get(keyOf(parameters[parameter]));
      if (name === quantity && at !== undefined)
        points.push({ at, value: overRepeats.mean, interval: overRepeats.interval });
    }
  }
  return [...found].map(([label, points]) => ({ label, points: points.sort((a, b) => a.at - b.at) }));
}

function captionOf(repeats: readonly number[], lines: number, drawn: number): string {
  const greatest = Math.max(...repeats);
  const single = Math.min(...repeats) === 1;
  const points =
    greatest === 1
      ? 'Points: medians of the rows of the one repeat, which has no interval.'
      : `Points: means of the medians of ${rangeText(repeats)} repeats. Whiskers: 95 % intervals (Student’s t)${single ? ', where there are several repeats' : ''}.`;
  const beside = drawn > 1 ? ' Points that share a place are drawn side by side.' : '';
  const cut = lines > drawn ? ` The first ${drawn} of ${lines} series; the table has all of them.` : '';
  return `${points}${beside}${cut}`;
}
