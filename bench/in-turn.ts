import { say } from './run-bench.js';

/** Performs one measurement and returns it, e.g. in milliseconds. */
export type Take = () => Promise<number>;

/**
 * Measures several ways in turn, one repeat of each at a time, so that other load affects all of them equally.
 * @param ways null for one that is left out
 * @returns the values for each name, in order
 */
export async function inTurn<Name extends string>(
  repeats: number,
  ways: Record<Name, Take | null>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(ways) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    for (const name of names) {
      const value = await ways[name]?.();
      if (value === undefined) continue;
      values[name].push(value);
      say(`   ${repeat}/${repeats} ${name}: ${Number(value.toPrecision(4))}`);
    }
  }
  return values;
}
