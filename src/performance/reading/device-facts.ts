/**
 * Renames the facts of a device for a report: snake_case with units, like all names on disk. `memoryBytes` in a run record
 * is `memory_bytes` in a report.
 */
export function deviceFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [snakeCase(key), renamed(value)]));
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (value === null || typeof value !== 'object') return value;
  return deviceFacts(value as Record<string, unknown>);
}

function snakeCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
