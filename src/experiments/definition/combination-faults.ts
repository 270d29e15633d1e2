import { didYouMean, valueKey } from '../../workspace/index.js';
import type { PathFault } from './faults.js';
import { faultAt } from './parameter-values.js';

/**
 * What is wrong with the maps of `combinations` or `exclude`: names that are no parameters, values that cannot be kept,
 * a map that is listed twice, and combinations that do not all have the same parameters.
 */
export function combinationMapFaults(
  key: 'combinations' | 'exclude',
  maps: unknown,
  known: readonly string[],
): PathFault[] {
  if (!Array.isArray(maps)) return [];
  const list = maps as unknown[];
  const all = new Set(
    list.flatMap((one) => (isMap(one) ? Object.keys(one).filter((name) => known.includes(name)) : [])),
  );
  const first = new Map<string, number>();
  return list.flatMap((one, index): PathFault[] => {
    if (!isMap(one)) return [];
    const path = [key, index];
    const faults = Object.entries(one).flatMap(([name, value]: [string, unknown]) =>
      known.includes(name)
        ? faultAt([...path, name], value, name)
        : [unknownParameter([...path, name], name, known)],
    );
    if (faults.length > 0) return faults;
    if (Object.keys(one).length === 0) return [{ path, message: 'names no parameter' }];
    const lacks = [...all].filter((name) => !Object.hasOwn(one, name));
    if (key === 'combinations' && lacks.length > 0)
      return [
        {
          path,
          message: `has no value of ${lacks.join(', ')}, and other combinations have: all must name the same parameters`,
        },
      ];
    const same = JSON.stringify(
      Object.entries(one)
        .map(([name, value]) => [name, valueKey(value)])
        .sort(),
    );
    const before = first.get(same);
    if (before !== undefined)
      return [{ path, message: `is listed twice: it is the same as number ${before + 1}` }];
    first.set(same, index);
    return [];
  });
}

function unknownParameter(path: PathFault['path'], name: string, known: readonly string[]): PathFault {
  const listed = known.length === 0 ? ' There are no parameters.' : ` Parameters: ${known.join(', ')}.`;
  return {
    path,
    message: `there is no parameter ${JSON.stringify(name)}.${didYouMean(name, known) || listed}`,
  };
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
