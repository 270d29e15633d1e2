import { type Combination, mainQuantity } from '../../../summaries/index.js';

/** The parts may miss so much of the whole, and exceed it by so much, and still be its parts. */
const least = 0.85;
const greatest = 1.02;

/**
 * Quantities that add up to the main one, as `head_ms`, `wire_ms` and `tail_ms` do to `total_ms`: all others of its unit,
 * when in every combination their sum comes close to it. Empty when they do not.
 */
export function partsOfWhole(
  combinations: readonly Combination[],
): { whole: string; parts: string[] } | null {
  const quantities = [
    ...new Set(combinations.flatMap(({ outcomes }) => outcomes.map(({ quantity }) => quantity))),
  ];
  const whole = mainQuantity(quantities);
  if (whole === null) return null;
  const unit = whole.slice(whole.lastIndexOf('_'));
  const parts = quantities.filter((name) => name !== whole && name.endsWith(unit));
  if (parts.length < 2) return null;
  const fits = combinations.every((one) => {
    const total = meanOf(one, whole);
    const sum = parts.reduce((before, part) => before + (meanOf(one, part) ?? Number.NaN), 0);
    return total !== null && total > 0 && sum >= least * total && sum <= greatest * total;
  });
  return fits ? { whole, parts } : null;
}

/** Of all rows, so that parts add up to their whole. */
export function meanOf({ outcomes }: Combination, quantity: string): number | null {
  return outcomes.find((one) => one.quantity === quantity)?.meanOfRows ?? null;
}
