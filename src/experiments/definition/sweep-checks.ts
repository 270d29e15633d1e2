import { didYouMean, isNumber, valueKey } from '../../workspace/index.js';
import { combinationMapFaults } from './combination-faults.js';
import { type PathFault, valueAt } from './faults.js';
import { listOf, isRange } from './range-faults.js';
import { maxTrials, type Scalar } from './sweep-schema.js';
import { combinationsOf, maxLooked, type SweepSpace, timesText } from './sweep-space.js';

/** What a file says about its sweep, its numbers as they were written; of any form. */
export interface WrittenSweep {
  parameters: Readonly<Record<string, unknown>>;
  combinations: unknown;
  exclude: unknown;
}

export interface SweepFindings {
  faults: PathFault[];
  remarks: PathFault[];
}

/** Faults and remarks about which trials there are. @param raw the whole file */
export function sweepFindings(raw: unknown, written: WrittenSweep): SweepFindings {
  const known = Object.keys(written.parameters);
  const faults = [
    ...combinationMapFaults('combinations', written.combinations, known),
    ...combinationMapFaults('exclude', written.exclude, known),
    ...stopFaults(raw),
  ];
  if (faults.length > 0) return { faults, remarks: [] };
  const counted = countFindings(raw, written);
  return {
    faults: counted.faults,
    remarks: [...seedRemarks(raw), ...endRemarks(written), ...counted.remarks],
  };
}

/** The combinations of a sweep without faults. */
export function spaceOf({ parameters, combinations, exclude }: WrittenSweep): SweepSpace {
  const maps = (value: unknown) => (Array.isArray(value) ? (value as Record<string, Scalar>[]) : []);
  return {
    parameters: Object.entries(parameters).map(([name, value]) => ({
      name,
      values: listOf(value)?.values() ?? [],
    })),
    combinations: maps(combinations),
    exclude: maps(exclude),
  };
}

/** Counts the trials; values of a range are only made if there are few enough. */
function countFindings(raw: unknown, written: WrittenSweep): SweepFindings {
  const none: SweepFindings = { faults: [], remarks: [] };
  const combined = Object.keys(
    Object(Array.isArray(written.combinations) ? written.combinations[0] : {}) as object,
  );
  const lists = Object.entries(written.parameters)
    .filter(([name]) => !combined.includes(name))
    .map(([, value]) => listOf(value));
  if (!lists.every((list) => list !== null)) return none;
  const rows = combined.length > 0 ? [(written.combinations as unknown[]).length] : [];
  const counts = [...rows, ...lists.map(({ count }) => count)];
  const product = counts.reduce((n, count) => n * BigInt(count), 1n);
  const each = repeatsOf(raw);
  const how = counts.length > 1 ? `${counts.join(' x ')} combinations` : `${product} combinations`;
  const excludes = Array.isArray(written.exclude) && written.exclude.length > 0;
  if (product > BigInt(excludes ? maxLooked : maxTrials)) {
    const trials = product * BigInt(each);
    const before = excludes ? ' before exclusion' : '';
    return { ...none, faults: [tooMany(`${trials} trials${before} (${how}, each ${timesText(each)})`)] };
  }
  const { combinations, excluded, unmatched } = combinationsOf(spaceOf(written));
  const trials = combinations.length * each;
  if (combinations.length === 0 && excluded > 0)
    return { ...none, faults: [{ path: ['exclude'], message: `all ${excluded} combinations are excluded` }] };
  const less = excluded === 0 ? '' : ` without ${excluded} excluded`;
  const faults =
    trials <= maxTrials ? [] : [tooMany(`${trials} trials (${how}${less}, each ${timesText(each)})`)];
  const remarks = unmatched.map((index) => ({
    path: ['exclude', index],
    message: 'no combination has these values, so nothing is excluded by it',
  }));
  return { faults, remarks: [...remarks, ...unusedRemarks(written, combinations, excludes)] };
}

function tooMany(what: string): PathFault {
  return { path: ['parameters'], message: `this makes ${what}, and a run may have ${maxTrials} at most` };
}

/** Values of a list that no explicit combination has. */
function unusedRemarks(
  { parameters, combinations }: WrittenSweep,
  found: readonly Record<string, Scalar>[],
  excludes: boolean,
): PathFault[] {
  if (excludes || !Array.isArray(combinations)) return [];
  const combined = Object.keys(Object(combinations[0]) as object);
  return combined.flatMap((name) => {
    const used = new Set(found.map((one) => valueKey(one[name])));
    const values = parameters[name];
    return (Array.isArray(values) ? (values as unknown[]) : []).flatMap((value, index) =>
      used.has(valueKey(value))
        ? []
        : [
            {
              path: ['parameters', name, index],
              message: `no combination has ${String(value)}, so it does not run`,
            },
          ],
    );
  });
}

/** Ranges whose last value is not their end. */
function endRemarks({ parameters }: WrittenSweep): PathFault[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    if (!isRange(value)) return [];
    const [to, list] = [valueAt(value, ['to']), listOf(value)];
    if (list === null || list.count > maxTrials) return [];
    const last = list.values().at(-1);
    if (!isNumber(to) || last === undefined || Number(last) === Number(to)) return [];
    return [
      {
        path: ['parameters', name, 'to'],
        message: `no step ends at ${String(to)}: the last value is ${String(last)}`,
      },
    ];
  });
}

function seedRemarks(raw: unknown): PathFault[] {
  if (valueAt(raw, ['seed']) === undefined || valueAt(raw, ['order']) === 'random') return [];
  return [{ path: ['seed'], message: 'it has no effect without order: random' }];
}

function stopFaults(raw: unknown): PathFault[] {
  const stop = valueAt(raw, ['stop_when']);
  if (typeof stop !== 'object' || stop === null) return [];
  const faults: PathFault[] = [];
  if (valueAt(raw, ['repeats']) !== undefined) {
    const message = 'with stop_when, its at_least and at_most say how many there are: remove repeats';
    faults.push({ path: ['repeats'], message });
  }
  const [least, most] = [countAt(stop, 'at_least', 5), countAt(stop, 'at_most', 50)];
  if (least > most)
    faults.push({ path: ['stop_when'], message: `at_least is ${least}, and at_most only ${most}` });
  const metric = valueAt(stop, ['metric']);
  const roles = Object.keys(Object(valueAt(raw, ['roles'])) as object);
  const role = typeof metric === 'string' && metric.includes('.') ? (metric.split('.')[0] ?? '') : null;
  if (role !== null && roles.length > 0 && !roles.includes(role)) {
    const message = `there is no role ${JSON.stringify(role)}.${didYouMean(role, roles) || ` Roles: ${roles.join(', ')}.`}`;
    faults.push({ path: ['stop_when', 'metric'], message });
  }
  return faults;
}

/** How often a combination runs at most, warm-ups included. */
function repeatsOf(raw: unknown): number {
  const stop = valueAt(raw, ['stop_when']);
  const repeats = stop === undefined ? countAt(raw, 'repeats', 1) : countAt(stop, 'at_most', 50);
  return repeats + countAt(raw, 'warmup', 0);
}

function countAt(raw: unknown, key: string, otherwise: number): number {
  const value = valueAt(raw, [key]);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= maxTrials
    ? value
    : otherwise;
}
