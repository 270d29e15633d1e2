import { type Combination, mainQuantity, unitOf } from '../../../summaries/index.js';

/** Allowed range for the sum of the parts relative to the whole. */
const least = 0.85;
const greatest = 1.02;

/**
 * Quantities that add up to the main one, like `head_ms`, `wire_ms` and `tail_ms` to `total_ms`: all others of the same
 * unit, if their sum is close to it in every combination. Otherwise null.
 */
export function partsOfWhole(
  combinations: readonly Combination[],
): { whole: string; parts: string[] } | null {
  const quantities = [
    ...new Set(combinations.flatMap(({ outcomes }) => outcomes.map(({ quantity }) => quantity))),
  ];
  const whole = mainQuantity(quantities);
  const unit = whole === null ? null : unitOf(whole);
  if (whole === null || unit === null) return null;
  const parts = quantities.filter((name) => name !== whole && unitOf(name) === unit);
  if (parts.length < 2) return null;
  const fits = combinations.every((one) => {
    const total = meanOf(one, whole);
    const sum = parts.reduce((before, part) => before + (meanOf(one, part) ?? Number.NaN), 0);
    return total !== null && total > 0 && sum >= least * total && sum <= greatest * total;
  });
  return fits ? { whole, parts } : null;
}

/** Mean over all rows, so that parts add up to their whole. */
export function meanOf({ outcomes }: Combination, quantity: string): number | null {
  return outcomes.find((one) => one.quantity === quantity)?.meanOfRows ?? null;
}
