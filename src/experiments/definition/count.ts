/** The most instances that a role may have. */
export const maxInstances = 256;

export const countPattern = /^(\d{1,3})\.\.(\d{1,3}|n)$/;

/** How many instances a role has: `most` is null for exactly `least`. */
export interface InstanceCount {
  least: number;
  most: number | null;
}

/** Reads `3`, `1..n` (as many as there are devices for) and `2..8`; null if the value is none of these. */
export function parseCount(value: unknown): InstanceCount | null {
  if (typeof value === 'number') return isCount(value) ? { least: value, most: null } : null;
  const [, first, last] = countPattern.exec(typeof value === 'string' ? value : '') ?? [];
  if (first === undefined || last === undefined) return null;
  const least = Number(first);
  const most = last === 'n' ? maxInstances : Number(last);
  return isCount(least) && isCount(most) && least <= most ? { least, most } : null;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= maxInstances;
}
