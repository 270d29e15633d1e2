import { uniqueNames } from './columns.js';
import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Table } from './table.js';
import { deviceFacts, type Value, ValueType } from '../reading/index.js';
import { dateOf } from './wall-time.js';

const fixed: readonly Column[] = [
  ['run_id', 'text'],
  ['device', 'text'],
  ['device_id', 'text'],
  ['address', 'text'],
  ['roles', 'text'],
  ['clock_offset_ms', 'number'],
  ['clock_error_ms', 'number'],
  ['clock_measured', 'time'],
];

/** A row per device of each run, with all its facts; a nested fact is named `outer_inner`. */
export function devicesTable(runs: readonly OpenedRun[]): Table {
  const devices = runs.flatMap(({ record }) => record.devices.map((device) => ({ record, device })));
  const facts = devices.map(({ device }) => new Map(flat(deviceFacts(device.facts))));
  const types = new Map<string, ValueType>();
  for (const [key, value] of facts.flatMap((each) => [...each])) {
    const type = types.get(key) ?? new ValueType();
    type.see(value);
    types.set(key, type);
  }
  const names = uniqueNames(
    types.keys(),
    fixed.map(([name]) => name),
    'fact_',
  );
  const keys = [...names.keys()];
  const columns = [
    ...fixed,
    ...keys.map((key): Column => [names.get(key) ?? key, types.get(key)?.type ?? 'any']),
  ];
  const rows = devices.map(({ record, device }, index) => [
    record.run_id,
    device.name,
    device.id,
    device.address === '' ? null : device.address,
    record.placement
      .filter((placed) => placed.device === device.name)
      .map(({ role, rank }) => `${role}-${rank}`)
      .join(' '),
    device.clock?.offset_ms,
    device.clock?.error_ms,
    dateOf(device.clock?.measured_at),
    ...keys.map((key) => facts[index]?.get(key)),
  ]);
  return inMemory('devices', columns, rows);
}

function flat(facts: Record<string, unknown>, before = ''): [string, Value][] {
  return Object.entries(facts).flatMap(([key, value]): [string, Value][] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? flat(value as Record<string, unknown>, `${before}${key}_`)
      : [[`${before}${key}`, value]],
  );
}
