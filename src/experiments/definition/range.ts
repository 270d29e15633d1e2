import { decimalKey, isNumber, isWrittenInteger, jsonNumber, numberOf } from '../../workspace/index.js';
import { aligned, decimalOf, decimalText } from './decimal.js';
import type { Scalar } from './sweep-schema.js';

/** A range as it was written, its numbers in the grammar of JSON. */
export type WrittenRange = { from: string; to: string } & ({ step: string | null } | { log: number });

/** The values of a range, which are not made before they are asked for: there may be a billion. */
export interface RangeValues {
  readonly count: number;
  values(): Scalar[];
}

/** A fault names the key of the range that it is about; null for the whole. */
export interface RangeFault {
  readonly key: 'from' | 'to' | 'step' | 'log' | null;
  readonly fault: string;
}

/** A double keeps this many digits of every decimal number. */
const doubleDigits = 15;

/** The number of a range's part, as text; null if it is no finite number. */
export function writtenPart(value: unknown): string | null {
  return isNumber(value) && Number.isFinite(Number(value)) ? String(value) : null;
}

/**
 * The values of a range, both ends included. If all of its numbers are written as whole ones, so are its values;
 * otherwise all of them have a point, so that code reads one type.
 */
export function rangeValues(range: WrittenRange): RangeValues | RangeFault {
  return 'log' in range ? logValues(range) : stepValues(range);
}

/** From 0.1 to 0.5 in steps of 0.1: 0.1, 0.2, 0.3, 0.4, 0.5, in decimal arithmetic. */
function stepValues({ from, to, step }: WrittenRange & { step: string | null }): RangeValues | RangeFault {
  const whole = isWrittenInteger(from) && isWrittenInteger(to);
  if (step === null && !whole) return { key: null, fault: 'needs step, or log for a number of values' };
  const written = step ?? '1';
  const numbers = [from, to, written].map(decimalOf);
  if (!numbers.every((one) => one !== null))
    return { key: null, fault: 'has a number that is too large or too small' };
  const { digits, scale } = aligned(numbers);
  const [start = 0n, end = 0n, by = 0n] = digits;
  if (by === 0n) return { key: 'step', fault: 'is 0, so the range would have no end' };
  if ((end - start) * by < 0n) {
    const other = written.startsWith('-') ? written.slice(1) : `-${written}`;
    const down = by < 0n ? `goes down, and ${from} is below ${to}` : `goes up, and ${from} is above ${to}`;
    return {
      key: step === null ? null : 'step',
      fault: `the range is empty: the step ${written} ${down}; write step: ${other}`,
    };
  }
  const real = [from, to, written].some((one) => !isWrittenInteger(one));
  const longest = Math.max(...[start, end, by].map((one) => String(one).replace('-', '').length));
  if (real && longest > doubleDigits)
    return {
      key: null,
      fault: `has numbers with more than ${doubleDigits} digits, which a floating-point number cannot keep`,
    };
  const count = Number((end - start) / by) + 1;
  const at = (index: number) => ({ digits: start + by * BigInt(index), scale });
  return {
    count,
    values: () => Array.from({ length: count }, (_, index) => numberOf(decimalText(at(index), real))),
  };
}

/** From 1 to 1000 by log: 4: 1, 10, 100, 1000. The ends are exact; between them, numbers of few digits. */
function logValues({ from, to, log }: WrittenRange & { log: number }): RangeValues | RangeFault {
  for (const [key, written] of [
    ['from', from],
    ['to', to],
  ] as const)
    if (Number(written) <= 0) return { key, fault: `is ${written}; a range with log needs numbers above 0` };
  if (!Number.isSafeInteger(log) || log < 2)
    return { key: 'log', fault: `must be a whole number of values from 2, not ${log}` };
  if (decimalKey(from) === decimalKey(to))
    return { key: null, fault: 'begins and ends with the same number' };
  const real = !isWrittenInteger(from) || !isWrittenInteger(to);
  const ends = [from, to].map((one) => (real && isWrittenInteger(one) ? `${one}.0` : one));
  const ratio = Math.log(Number(to) / Number(from)) / (log - 1);
  const inner = (index: number) => between(Number(from) * Math.exp(ratio * index), Math.abs(ratio), real);
  if (!real && log > Math.abs(Number(to) - Number(from)) + 1)
    return {
      key: 'log',
      fault: `there are fewer than ${log} whole numbers from ${from} to ${to}; write ${from}.0 for numbers with a point`,
    };
  const values = () =>
    Array.from({ length: log }, (_, index) =>
      numberOf(index === 0 ? (ends[0] ?? from) : index === log - 1 ? (ends[1] ?? to) : inner(index)),
    );
  if (log > checkedValues) return { count: log, values };
  const twice = values().find(
    (one, index, all) => index > 0 && decimalKey(String(one)) === decimalKey(String(all[index - 1])),
  );
  if (twice !== undefined)
    return {
      key: 'log',
      fault: `rounded to whole numbers, ${String(twice)} comes twice; give fewer values, or write ${from}.0 for numbers with a point`,
    };
  return { count: log, values };
}

/** A run has no more trials, so that a longer range is refused by its length. */
const checkedValues = 100_000;

/**
 * A value of a geometric range with few digits: 3, or as many as leave it within a hundredth of the distance to the next.
 * A value that is a whole number but for rounding, such as a power of two, stays that.
 */
function between(value: number, distance: number, real: boolean): string {
  const nearest = Math.round(value);
  const exact = nearest !== 0 && Math.abs(value / nearest - 1) < 1e-9;
  const digits = Math.min(doubleDigits, Math.max(3, 2 - Math.floor(Math.log10(distance / 2))));
  const short = exact ? nearest : Number(value.toPrecision(digits));
  // Not rounded twice: 7.4989 is 7, not 7.5 and then 8.
  const rounded = real ? short : Math.round(Math.abs(value) < 100 ? value : short);
  const written = decimalOf(String(rounded));
  return written === null ? String(rounded) : decimalText(written, real);
}

/**
 * Reads a range as it is typed: `1..9`, `1..9:2`, `0.1..0.5:0.1`, `1..1000:log4`.
 * @returns null if the text is none
 */
export function parseRange(text: string): RangeValues | { fault: string } | null {
  const [, first = '', last = '', by] = /^([^:]+?)\.\.([^:]+)(?::(.+))?$/.exec(text) ?? [];
  const [from, to] = [jsonNumber(first), jsonNumber(last)];
  if (from === null || to === null) return null;
  const log = /^log(\d+)$/.exec(by ?? '')?.[1];
  if (log !== undefined) return rangeValues({ from, to, log: Number(log) });
  const step = by === undefined ? null : jsonNumber(by);
  if (by !== undefined && step === null)
    return { fault: `${JSON.stringify(by)} is no step; write 1..9:2, or 1..1000:log4 for 4 values` };
  return rangeValues({ from, to, step });
}
