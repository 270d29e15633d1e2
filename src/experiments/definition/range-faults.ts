import { didYouMean, isNumber } from '../../workspace/index.js';
import { type PathFault, valueAt } from './faults.js';
import { type RangeValues, rangeValues, type WrittenRange, writtenPart } from './range.js';
import type { Scalar } from './sweep-schema.js';

const keys = ['from', 'to', 'step', 'log'] as const;

/** Whether a value of a parameter is meant as a range: a map with one of its keys. */
export function isRange(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isNumber(value)) return false;
  return keys.some((key) => Object.hasOwn(value, key));
}

/** What is wrong with a range, of raw data of any form; nothing if it has values. */
export function rangeFaults(value: object, path: PathFault['path']): PathFault[] {
  const unknown = Object.keys(value).filter((key) => !keys.some((one) => one === key));
  const parts = keys.flatMap((key): PathFault[] => {
    const part = valueAt(value, [key]);
    if (part === undefined)
      return key === 'from' || key === 'to' ? [{ path: [...path, key], message: 'is missing' }] : [];
    if (isNumber(part) && Number.isNaN(Number(part)))
      return [{ path: [...path, key], message: 'is not a number (NaN)' }];
    return writtenPart(part) === null ? [{ path: [...path, key], message: 'must be a number' }] : [];
  });
  const both = Object.hasOwn(value, 'step') && Object.hasOwn(value, 'log');
  const faults = [
    ...unknown.map((key) => ({
      path: [...path, key],
      message: `there is no such key in a range.${didYouMean(key, keys) || ` Its keys: ${keys.join(', ')}.`}`,
    })),
    ...parts,
    ...(both ? [{ path, message: 'has step and log: keep one of them' }] : []),
  ];
  if (faults.length > 0) return faults;
  const range = writtenRange(value);
  const values = range && rangeValues(range);
  if (values === null || !('fault' in values)) return [];
  return [{ path: values.key === null ? path : [...path, values.key], message: values.fault }];
}

/** The values of a parameter: of a list, a single value, or a range; null if it is none of these. */
export function listOf(value: unknown): RangeValues | null {
  if (isRange(value)) {
    const range = writtenRange(value);
    const values = range && rangeValues(range);
    return values === null || 'fault' in values ? null : values;
  }
  const list = [value].flat() as Scalar[];
  return { count: list.length, values: () => list };
}

function writtenRange(value: object): WrittenRange | null {
  const [from, to, step, log] = keys.map((key) => writtenPart(valueAt(value, [key])));
  if (from == null || to == null) return null;
  return log == null ? { from, to, step: step ?? null } : { from, to, log: Number(log) };
}
