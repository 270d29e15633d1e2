import { placeholderFaults, readsFaults } from './command-checks.js';
import { dataFaults } from './data-checks.js';
import { type PathFault, valueAt } from './faults.js';
import { startedOnceFaults } from './restart-checks.js';
import { type RoleCheckContext, roleFaults, roleRemarks } from './role-checks.js';
import { didYouMean } from '../../workspace/index.js';

/**
 * What the schema cannot see: faults between parts of experiment.yaml, and between it and the folder. It takes the raw
 * value and skips parts of a wrong shape (those are the schema's faults), so that all faults are found at once.
 */
export function crossFaults(raw: unknown, context: RoleCheckContext): PathFault[] {
  const roles = mapEntries(valueAt(raw, ['roles']));
  return [
    ...roles.flatMap(([name, role]) => roleFaults(name, role, context)),
    ...afterFaults(roles),
    ...serviceFaults(roles),
    ...placeholderFaults(raw),
    ...startedOnceFaults(raw),
    ...readsFaults(raw),
    ...metricFaults(raw, 'primary', roles),
    ...metricFaults(raw, 'equal', roles),
    ...dataFaults(raw, context),
  ];
}

/** What the user should know of an experiment, although it can start; also of raw data of any form. */
export function crossRemarks(raw: unknown, context: RoleCheckContext): PathFault[] {
  return mapEntries(valueAt(raw, ['roles'])).flatMap(([name, role]) => roleRemarks(name, role, context));
}

type Entries = [string, unknown][];

function mapEntries(value: unknown): Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function afterFaults(roles: Entries): PathFault[] {
  const names = roles.map(([name]) => name);
  const after = new Map(roles.map(([name, role]) => [name, textsAt(role, 'after')]));
  const unknown = roles.flatMap(([name]) =>
    (after.get(name) ?? []).flatMap((other, index) =>
      names.includes(other)
        ? []
        : [
            {
              path: ['roles', name, 'after', index],
              message: `there is no role ${JSON.stringify(other)}.${didYouMean(other, names) || ` Roles: ${names.join(', ')}.`}`,
            },
          ],
    ),
  );
  return [...unknown, ...cycleFaults(names, after)];
}

/** Each cycle once, at the first of its roles. */
function cycleFaults(names: readonly string[], after: ReadonlyMap<string, readonly string[]>): PathFault[] {
  const faults: PathFault[] = [];
  const done = new Set<string>();
  const walk = (name: string, trail: readonly string[]) => {
    const at = trail.indexOf(name);
    if (at >= 0) {
      const cycle = [...trail.slice(at), name];
      const first = cycle[0] ?? name;
      faults.push({
        path: ['roles', first, 'after'],
        message: `the order is a cycle, so none of them can start: ${cycle.join(' after ')}`,
      });
      return;
    }
    if (done.has(name)) return;
    for (const other of after.get(name) ?? []) walk(other, [...trail, name]);
    done.add(name);
  };
  for (const name of names) walk(name, []);
  return faults;
}

function serviceFaults(roles: Entries): PathFault[] {
  if (roles.length === 0 || roles.some(([, role]) => valueAt(role, ['service']) !== true)) return [];
  return [
    {
      path: ['roles'],
      message: 'every role is a service: at least one must end by itself, so that a trial has an end',
    },
  ];
}

/** A role before the dot must exist; which metrics there are is known only after a run. */
function metricFaults(raw: unknown, key: 'primary' | 'equal', roles: Entries): PathFault[] {
  const value = valueAt(raw, [key]);
  const names = roles.map(([name]) => name);
  return [value].flat().flatMap((one, index): PathFault[] => {
    const named = typeof one === 'string' ? one : valueAt(one, ['name']);
    const role = typeof named === 'string' && named.includes('.') ? (named.split('.')[0] ?? '') : null;
    if (role === null || names.length === 0 || names.includes(role)) return [];
    const path = [
      key,
      ...(Array.isArray(value) ? [index] : []),
      ...(typeof one === 'string' ? [] : ['name']),
    ];
    return [
      {
        path,
        message: `there is no role ${JSON.stringify(role)}.${didYouMean(role, names) || ` Roles: ${names.join(', ')}.`}`,
      },
    ];
  });
}

function textsAt(value: unknown, key: string): string[] {
  const list = valueAt(value, [key]);
  return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : [];
}
