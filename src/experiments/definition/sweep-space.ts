import { valueKey } from '../../workspace/index.js';
import type { Scalar } from './sweep-schema.js';

export interface ParameterDefinition {
  name: string;
  values: readonly Scalar[];
}

/** Which combinations of parameter values there are. */
export interface SweepSpace {
  parameters: readonly ParameterDefinition[];
  /** Of some parameters, all with the same names; they stand instead of the values of these. Empty for none. */
  combinations: readonly Readonly<Record<string, Scalar>>[];
  /** A combination that has all values of one of these does not run. */
  exclude: readonly Readonly<Record<string, Scalar>>[];
}

/** No more combinations are looked at one by one. */
export const maxLooked = 1_000_000;

/** Parameters that take their values together, row by row. */
interface Axis {
  names: readonly string[];
  rows: readonly Readonly<Record<string, Scalar>>[];
}

function axesOf({ parameters, combinations }: SweepSpace): Axis[] {
  const together = Object.keys(combinations[0] ?? {});
  const first = parameters.find(({ name }) => together.includes(name))?.name;
  return parameters.flatMap(({ name, values }): Axis[] => {
    if (name === first) return [{ names: together, rows: combinations }];
    if (together.includes(name)) return [];
    return [{ names: [name], rows: values.map((value) => ({ [name]: value })) }];
  });
}

/** How many combinations there are before any is excluded, as a product: `10 x 100`. */
export function sizeOf(space: SweepSpace): { size: number; text: string } {
  const counts = axesOf(space).map(({ rows }) => rows.length);
  return { size: counts.reduce((n, count) => n * count, 1), text: counts.join(' x ') };
}

/** `once`, `3 times`. */
export function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

export interface Combinations {
  /** With the last parameter changing fastest, the names of each in their declared order. */
  combinations: Record<string, Scalar>[];
  excluded: number;
  /** Indexes of the maps of `exclude` that no combination matches. */
  unmatched: number[];
}

/** All combinations that run; of not more than `maxLooked` before exclusion. */
export function combinationsOf(space: SweepSpace): Combinations {
  const axes = axesOf(space);
  const names = space.parameters.map(({ name }) => name);
  const matching = axes.map((axis) => axis.rows.map((row) => matchesOf(row, axis, space)));
  const hits = new Set<number>();
  const combinations: Record<string, Scalar>[] = [];
  let excluded = 0;
  const at = axes.map(() => 0);
  for (let left = sizeOf(space).size; left > 0; left -= 1) {
    const matched = space.exclude.flatMap((_, index) =>
      matching.every((rows, axis) => rows[at[axis] ?? 0]?.[index] ?? true) ? [index] : [],
    );
    for (const index of matched) hits.add(index);
    if (matched.length > 0) excluded += 1;
    else {
      const values = Object.assign({}, ...axes.map(({ rows }, axis) => rows[at[axis] ?? 0])) as Record<
        string,
        Scalar
      >;
      combinations.push(Object.fromEntries(names.map((name) => [name, values[name] ?? ''])));
    }
    advance(at, axes);
  }
  const unmatched = space.exclude.flatMap((_, index) => (hits.has(index) ? [] : [index]));
  return { combinations, excluded, unmatched };
}

/** For each map of `exclude`, whether a row of an axis has the values that it names. */
function matchesOf(row: Axis['rows'][number], { names }: Axis, { exclude }: SweepSpace): boolean[] {
  return exclude.map((one) =>
    names.every((name) => !Object.hasOwn(one, name) || valueKey(one[name]) === valueKey(row[name])),
  );
}

/** The next place, the last axis first. */
function advance(at: number[], axes: readonly Axis[]): void {
  for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
    const next = (at[axis] ?? 0) + 1;
    at[axis] = next < (axes[axis]?.rows.length ?? 0) ? next : 0;
    if (at[axis] !== 0) return;
  }
}
