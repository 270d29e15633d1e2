import type { ResultRecord } from '../../logs/index.js';
import type { RoleInstance } from '../reading/index.js';
import { describe, type Description } from '../statistics/index.js';

/** Above this number of values of a quantity in a trial, every second one is kept, then every fourth, and so on. */
const maxValues = 4096;

/** One quantity recorded by all instances of one role, by trial number. */
export interface RecordedQuantity {
  readonly role: string;
  readonly quantity: string;
  readonly trials: ReadonlyMap<number, Description>;
}

/** Collects the quantities of a stream of rows, in little memory no matter how many there are. */
export class Recorded {
  private readonly gathered = new Map<
    string,
    { role: string; quantity: string; trials: Map<number, Thinned> }
  >();

  add(instance: Pick<RoleInstance, 'role' | 'trial'>, record: ResultRecord): void {
    const { role, trial } = instance;
    for (const quantity in record) {
      const value = record[quantity];
      if (typeof value !== 'number' || !isQuantity(quantity) || Object.hasOwn(trial.parameters, quantity))
        continue;
      const key = `${role} ${quantity}`;
      let one = this.gathered.get(key);
      if (one === undefined) this.gathered.set(key, (one = { role, quantity, trials: new Map() }));
      let values = one.trials.get(trial.number);
      if (values === undefined) one.trials.set(trial.number, (values = new Thinned()));
      values.add(value);
    }
  }

  /** In order of first appearance. */
  quantities(): RecordedQuantity[] {
    return [...this.gathered.values()].map(({ role, quantity, trials }) => ({
      role,
      quantity,
      trials: new Map(
        [...trials].flatMap(([trial, values]) => {
          const description = describe(values.kept);
          return description === null ? [] : [[trial, description] as const];
        }),
      ),
    }));
  }
}

/** An evenly thinned sample of a stream of values. */
class Thinned {
  kept: number[] = [];
  private every = 1;
  private seen = 0;

  add(value: number): void {
    if (this.seen++ % this.every !== 0) return;
    this.kept.push(value);
    if (this.kept.length < maxValues) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }
}

/** Columns that say when a row was recorded, which are not results. */
const times = new Set(['time_s', 'clock_error_ms', 'monotonic_s']);
const unitAtEnd = /_(ns|us|ms|s|min|h|bytes|kb|mb|gb|percent|w|mw|j|mj|hz|mhz|c)$/;

/**
 * Whether a column of results is a measured quantity. The name of a quantity ends in its unit (`total_ms`, `sent_bytes`); a
 * class or a frame number has no median.
 */
function isQuantity(column: string): boolean {
  return unitOf(column) !== null;
}

/** The unit in the name of a quantity; null for other columns. */
export function unitOf(column: string): string | null {
  const unit = times.has(column) ? undefined : unitAtEnd.exec(column)?.[1];
  return unit === undefined ? null : unit === 'percent' ? '%' : unit;
}
