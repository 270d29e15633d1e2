import { isDeepStrictEqual } from 'node:util';
import { notFiniteIn, notFiniteKey, type ResultRecord } from '../../logs/index.js';
import { jsonText, type ReadInstance } from '../reading/index.js';

/** A value as a text that stands for no other one; null for none. */
export type Written = string | null;

/** How two columns differ. */
export interface ColumnDifference {
  readonly compared: number;
  readonly different: number;
  /** Row from 1, among those that have the value. */
  readonly first: { readonly row: number; readonly original: Written; readonly replication: Written } | null;
}

/**
 * Compares the values of a column row by row, in the order in which they were recorded. A row that only one of them has is
 * a difference.
 * @param within absolute tolerance of numbers
 */
export async function compareColumns(
  a: ReadInstance | undefined,
  b: ReadInstance | undefined,
  column: string,
  within: number,
): Promise<ColumnDifference> {
  const [left, right] = [valuesOf(a, column), valuesOf(b, column)];
  let [compared, different] = [0, 0];
  let first: ColumnDifference['first'] = null;
  for (;;) {
    const [one, other] = [await left.next(), await right.next()];
    if (one.done === true && other.done === true) return { compared, different, first };
    compared += 1;
    const isEqual = one.done !== true && other.done !== true && isSame(one.value, other.value, within);
    if (isEqual) continue;
    different += 1;
    const written = (it: typeof one): Written => (it.done === true ? null : textOf(it.value));
    first ??= { row: compared, original: written(one), replication: written(other) };
  }
}

/** A number that JSON lacks, by its name. */
class NotFinite {
  constructor(readonly name: string) {}
}

async function* valuesOf(read: ReadInstance | undefined, column: string): AsyncGenerator<unknown, void> {
  if (read === undefined) return;
  for await (const batch of read.results.again())
    for (const record of batch) if (Object.hasOwn(record, column)) yield valueOf(record, column);
}

function valueOf(record: ResultRecord, column: string): unknown {
  const value = record[column];
  if (value !== null || notFiniteIn(record)?.has(column) !== true) return value;
  return new NotFinite(String((record[notFiniteKey] as Record<string, unknown>)[column]));
}

/** Numbers by their value, everything else exactly. */
export function isSame(a: unknown, b: unknown, within: number): boolean {
  if (!isNumber(a) || !isNumber(b)) return isDeepStrictEqual(a, b);
  // A double and an integer with more digits than it has are compared exactly.
  if (a == b) return true;
  const [left, right] = [Number(a), Number(b)];
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(left), Math.abs(right));
  return within > 0 && Math.abs(left - right) - within <= rounding;
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

const textOf = (value: unknown): string => (value instanceof NotFinite ? value.name : jsonText(value));
