import {
  decimalKey,
  isNumber,
  isWrittenInteger,
  jsonNumber,
  numberOf,
  type ParsedYaml,
  valueKey,
  WrittenNumber,
} from '../../workspace/index.js';
import { type PathFault, valueAt } from './faults.js';
import { isRange, rangeFaults } from './range-faults.js';
import type { Scalar } from './sweep-schema.js';

/** Python reads no longer integer from text. */
const maxDigits = 4300;

/** What a key of a file holds, its numbers as they were written; of any shape, as the schema has yet to check it. */
export function exactAt(
  yaml: Pick<ParsedYaml, 'value' | 'plainAt'>,
  path: readonly (string | number)[],
): unknown {
  const exact = (value: unknown, at: readonly (string | number)[]): unknown => {
    if (typeof value === 'number') {
      const written = jsonNumber(yaml.plainAt(at) ?? '');
      return written === null ? value : numberOf(written);
    }
    if (Array.isArray(value)) return value.map((one: unknown, index) => exact(one, [...at, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]: [string, unknown]) => [key, exact(one, [...at, key])]),
    );
  };
  return exact(valueAt(yaml.value, path), path);
}

/** The parameters of a file as they were written; of any shape, as the schema has yet to check it. */
export function exactValues(yaml: Pick<ParsedYaml, 'value' | 'plainAt'>): Record<string, unknown> {
  const all = exactAt(yaml, ['parameters']);
  return typeof all === 'object' && all !== null && !Array.isArray(all) ? { ...all } : {};
}

/** Values that cannot be kept, with what to write instead, and values that are listed twice. */
export function valueFaults(parameters: Readonly<Record<string, unknown>>): PathFault[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    if (isRange(value)) return rangeFaults(value, ['parameters', name]);
    if (!Array.isArray(value)) return faultAt(['parameters', name], value, name);
    const values = value as unknown[];
    return [
      ...values.flatMap((one, index) => faultAt(['parameters', name, index], one, name)),
      ...twiceFaults(name, values),
    ];
  });
}

/** A number as a user wrote it; null if the text is none. @returns the fault of a number that cannot be kept */
export function parseNumber(text: string): Scalar | { fault: string } | null {
  const written = jsonNumber(text);
  if (written === null) return null;
  const value = numberOf(written);
  const fault = numberFault(value);
  return fault === null ? value : { fault };
}

/** A value that cannot be kept, with what to write instead. */
export function faultAt(path: PathFault['path'], value: unknown, name: string): PathFault[] {
  const message = isNumber(value) ? numberFault(value) : otherFault(value, name);
  return message === null ? [] : [{ path, message }];
}

function otherFault(value: unknown, name: string): string | null {
  if (value === null)
    return 'has no value (null): write a text such as "none", and let the code say what it stands for';
  if (typeof value === 'string') return value.includes('\0') ? 'must not hold a NUL character' : null;
  if (Array.isArray(value)) {
    const text = value.every((one) => typeof one !== 'object')
      ? value.map(String).join(',')
      : JSON.stringify(value);
    return `a list is no value: write it as text, ${JSON.stringify(text)}, and split it in the code`;
  }
  if (typeof value === 'object') {
    const [key = 'key'] = Object.keys(value);
    return `a map is no value: make each of its keys a parameter, such as ${name}_${key}`;
  }
  return null;
}

/** Why a number cannot be kept to the last digit; null when it can. */
function numberFault(value: number | WrittenNumber): string | null {
  const number = Number(value);
  const text = String(value);
  if (Number.isNaN(number)) return 'is not a number (NaN): write the text "nan", and let the code convert it';
  if (isWrittenInteger(text)) {
    const digits = text.replace('-', '').length;
    return digits > maxDigits
      ? `has ${digits} digits, and Python reads ${maxDigits} at most: write it as text`
      : null;
  }
  if (!Number.isFinite(number)) {
    return `is beyond the range of floating-point numbers: write it as text, ${JSON.stringify(text)}, and let the code convert it`;
  }
  if (decimalKey(text) === decimalKey(String(number))) return null;
  return `${text} has more digits than a floating-point number: code would read ${number}. Write that, or text, ${JSON.stringify(text)}`;
}

function twiceFaults(name: string, values: readonly unknown[]): PathFault[] {
  const seen = new Map<string, unknown>();
  return values.flatMap((value, index) => {
    if (typeof value === 'object' && !isNumber(value)) return [];
    const key = valueKey(value);
    if (!seen.has(key)) {
      seen.set(key, value);
      return [];
    }
    const before = seen.get(key);
    const text = (one: unknown) => (isNumber(one) ? String(one) : JSON.stringify(one));
    const also = before === value ? '' : `, as ${text(before)} and ${text(value)}`;
    const shown = text(value);
    return [{ path: ['parameters', name, index], message: `the value ${shown} is listed twice${also}` }];
  });
}
