import { randomFrom } from '../../random.js';
import type { Scalar, TrialOrder } from '../definition/index.js';

/** One combination of parameter values, one repeat. */
export interface PlannedTrial {
  /** 1-based, in the order in which they run. */
  number: number;
  parameters: Record<string, Scalar>;
  /** 0-based; warm-up repeats count on their own. */
  repeat: number;
  warmup: boolean;
}

type Combination = PlannedTrial['parameters'];

/** How often each combination runs. */
interface Repeats {
  warmup: number;
  repeats: number;
}

/** All trials in the order in which they run. `seed` is that of the random order. */
export function orderTrials(
  combinations: readonly Combination[],
  { warmup, repeats }: Repeats,
  order: TrialOrder,
  seed: number | null,
): PlannedTrial[] {
  const rounds = [...roundsOf(warmup, true), ...roundsOf(repeats, false)];
  const random = randomFrom(seed ?? 0);
  const round = (at: { repeat: number; warmup: boolean }) =>
    (order === 'random' ? shuffled(combinations, random) : combinations).map((parameters) => ({
      parameters,
      ...at,
    }));
  const trials =
    order === 'sequential'
      ? combinations.flatMap((parameters) => rounds.map((at) => ({ parameters, ...at })))
      : rounds.flatMap(round);
  return trials.map((trial, index) => ({ number: index + 1, ...trial }));
}

function roundsOf(count: number, warmup: boolean): { repeat: number; warmup: boolean }[] {
  return Array.from({ length: count }, (_, repeat) => ({ repeat, warmup }));
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffled<T>(all: readonly T[], random: () => number): T[] {
  const order = [...all];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}
