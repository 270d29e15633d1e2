import type { TrialRecord } from '../../logs/index.js';
import { decimalKey, WrittenNumber } from '../../workspace/index.js';

/** Equal for equal values: older runs have 1 where a run of today has 1.0. */
export function valueKey(value: TrialRecord['parameters'][string] | undefined): string {
  const isNumber = typeof value === 'number' || value instanceof WrittenNumber;
  return isNumber ? decimalKey(String(value)) : JSON.stringify(value ?? null);
}
