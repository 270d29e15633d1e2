import { unitOf as unitInName } from '../../../summaries/index.js';

/** `split=0, codec=raw` */
export function labelOf(parameters: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return values.length === 0 ? 'all repeats' : values.join(', ');
}

/** A quantity without its unit, for an axis: `round trip` for `round_trip_ms`. */
export function wordsOf(quantity: string): string {
  const unit = unitInName(quantity);
  const suffix = unit === null ? 0 : (unit === '%' ? 'percent' : unit).length + 1;
  return quantity.slice(0, quantity.length - suffix).replaceAll('_', ' ');
}
