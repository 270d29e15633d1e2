import { isNumber, type ParsedYaml } from '../../workspace/index.js';
import type { PathFault } from './faults.js';
import { exactValues } from './parameter-values.js';

/** Values of parameters that are valid and may not be what was meant, such as `no`, `1.10` or `12:30` without quotes. */
export function remarksOf(yaml: Pick<ParsedYaml, 'value' | 'plainAt'>): PathFault[] {
  return Object.entries(exactValues(yaml)).flatMap(([name, values]) => {
    const list = Array.isArray(values);
    return [values].flat().flatMap((value: unknown, index): PathFault[] => {
      const path = list ? ['parameters', name, index] : ['parameters', name];
      const written = yaml.plainAt(path);
      const message = written === null ? null : remarkOn(written, value);
      return message === null ? [] : [{ path, message }];
    });
  });
}

/** What YAML 1.2 makes of a scalar without quotes that looks like something else; null for nothing to say. */
function remarkOn(written: string, value: unknown): string | null {
  const quoted = JSON.stringify(written);
  if (isNumber(value)) {
    const why = surprisingNumber(written);
    return why === null
      ? null
      : `${written} is the number ${plainNumber(value)}${why}; for the text, write ${quoted}`;
  }
  if (typeof value !== 'string') return null;
  const what = surprisingText(written);
  return what === null
    ? null
    : `${written} is the text ${quoted}, ${what}; put it in quotes if that is meant`;
}

/** As Python prints it. */
function plainNumber(value: unknown): string {
  const text = String(value);
  if (/^-?\d+$/.test(text)) return text;
  const number = Number(value);
  return Number.isInteger(number) && Math.abs(number) < 1e16 ? `${number}.0` : String(number);
}

function surprisingNumber(written: string): string | null {
  if (written.startsWith('0x')) return ', as it is hexadecimal';
  if (written.startsWith('0o')) return ', as it is octal';
  if (/^[-+]?0\d/.test(written)) return ', without the leading zeros, and not octal';
  if (/e/i.test(written)) return ', as it has an exponent';
  if (/^[-+]?\d+\.\d+0$/.test(written)) return ', as zeros at its end do not count';
  if (/^[-+]?\.|\.$|^\+/.test(written)) return '';
  return null;
}

const words: readonly (readonly [RegExp, string])[] = [
  [/^(?:y|yes|on)$/i, 'not true'],
  [/^(?:n|no|off)$/i, 'not false'],
  [/^(?:none|nil|undefined)$/i, 'not a missing value'],
  [/^[-+]?(?:nan|inf|infinity)$/i, 'not a number'],
  [/^\d{1,4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?$/, 'not a date'],
  [/^\d+(?::[0-5]?\d)+(?:\.\d*)?$/, 'neither a time nor a number'],
  [/^[-+]?\d[\d_]*_[\d_]*(?:\.\d*)?$/, 'not a number: YAML 1.2 has no digits with _'],
  [/^0[bB][01]+$|^0[OX]/, 'not a number'],
];

function surprisingText(written: string): string | null {
  return words.find(([form]) => form.test(written))?.[1] ?? null;
}
