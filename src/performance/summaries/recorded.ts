import type { ResultRecord } from '../../logs/index.js';
import type { RoleInstance } from '../reading/index.js';
import { describe, type Description } from '../statistics/index.js';

/** Beyond so many values of a quantity in a trial, every second one is kept, then every fourth, and so on. */
const mostValues = 4096;

/** One quantity as all instances of one role recorded it, by the number of the trial. */
export interface RecordedQuantity {
  readonly role: string;
  readonly quantity: string;
  readonly trials: ReadonlyMap<number, Description>;
}

/** Gathers the quantities that roles recorded while the rows pass by, and takes little memory however many there are. */
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

  /** In the order of their first appearance. */
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

/** Values that pass by, thinned evenly. */
class Thinned {
  kept: number[] = [];
  private every = 1;
  private seen = 0;

  add(value: number): void {
    if (this.seen++ % this.every !== 0) return;
    this.kept.push(value);
    if (this.kept.length < mostValues) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }
}

/** When a row was recorded, and how sure that is: no result. */
const times = new Set(['time_s', 'clock_error_ms', 'monotonic_s']);
const unitAtEnd = /_(ns|us|ms|s|min|h|bytes|kb|mb|gb|percent|w|mw|j|mj|hz|mhz|c)$/;

/**
 * Whether a column of results is something that was measured. A quantity carries its unit in its name (`total_ms`,
 * `sent_bytes`); a class or a frame number has no median.
 */
function isQuantity(column: string): boolean {
  return unitOf(column) !== null;
}

/** The unit of a quantity, by its name; null for what is none. */
export function unitOf(column: string): string | null {
  const unit = times.has(column) ? undefined : unitAtEnd.exec(column)?.[1];
  return unit === undefined ? null : unit === 'percent' ? '%' : unit;
}
