import {
  type DrillName,
  type DrillResult,
  type DrillState,
  formatBytes,
  type Measurement,
} from '../../index.js';
import { padAfter, wrap } from './text-width.js';
import { toned } from './tones.js';

/** What a check will do to a fleet. */
export function drillsText(
  fleet: string,
  members: readonly string[],
  drills: readonly { name: DrillName; does: string }[],
  width: number,
): string {
  const first = Math.max(...drills.map(({ name }) => name.length));
  return [
    wrap(
      `This drills the fleet ${fleet} (${members.join(', ')}). Its members are disturbed, so nothing else should use it meanwhile:`,
      width,
    ),
    ...drills.map(({ name, does }) =>
      wrap(`  ${padAfter(name, first)}  ${does}`, width, ' '.repeat(first + 4)),
    ),
    'Afterwards it is as before.',
  ].join('\n');
}

const states: Readonly<Record<DrillState, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-checked': 'not checked',
};

/** What came of the drills, with one line for each kind of number. */
export function fleetCheckText(results: readonly DrillResult[], width: number): string {
  const [first, second] = [12, 12];
  const indent = ' '.repeat(first + second);
  const lines = results.flatMap(({ drill, state, measured, why }) => {
    const says = [...measuredLines(measured), ...why].map((line) => wrap(line, width - indent.length, '  '));
    const [head = '', ...rest] = says.flatMap((text) => text.split('\n'));
    return [
      `${padAfter(drill, first)}${padAfter(toned(states[state]), second)}${head}`.trimEnd(),
      ...rest.map((line) => `${indent}${line}`),
    ];
  });
  return [`${padAfter('DRILL', first)}${padAfter('RESULT', second)}MEASURED`, ...lines].join('\n');
}

/** Measurements of the same kind on one line: the range over the members. */
function measuredLines(measured: readonly Measurement[]): string[] {
  const kinds = new Map<string, Measurement[]>();
  for (const one of measured) kinds.set(one.what, [...(kinds.get(one.what) ?? []), one]);
  return [...kinds].map(([what, all]) => {
    const values = all.map(({ value }) => value);
    const unit = all[0]?.unit ?? 'count';
    const [least, most] = [valueText(Math.min(...values), unit), valueText(Math.max(...values), unit)];
    return `${what}: ${least === most ? most : `${least} to ${most}`}`;
  });
}

function valueText(value: number, unit: Measurement['unit']): string {
  if (unit === 's') return `${value.toFixed(value < 1 ? 2 : 1)} s`;
  return unit === 'bytes' ? formatBytes(value) : String(value);
}
