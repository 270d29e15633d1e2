import type { TrialRecord } from '../../logs/index.js';
import type { MissingTrials } from './missing-trials.js';

const kinds = ['text', 'not finite', 'empty', 'true or false', 'nested'] as const;
type LeftOutKind = (typeof kinds)[number];

/** Texts are shown up to this length, and this many different ones. */
const [exampleLength, mostExamples] = [24, 2];

/** Values of a metric that are in none of its statistics, because they are not numbers. */
export interface LeftOut {
  readonly values: number;
  readonly kinds: Readonly<Record<LeftOutKind, number>>;
  /** Some of the texts among them. */
  readonly examples: readonly string[];
}

/** Values that one metric lacks at one combination of parameter values. */
export interface MetricLeftOut extends MissingTrials {
  readonly role: string;
  readonly of: 'results' | 'spans' | 'roles';
  readonly metric: string;
  readonly parameters: TrialRecord['parameters'];
  /** Number of values in the statistics. */
  readonly n: number;
  readonly leftOut: LeftOut;
}

/** Counts the values that are not numbers. */
export class Tally {
  private readonly counts: Record<LeftOutKind, number> = {
    text: 0,
    'not finite': 0,
    empty: 0,
    'true or false': 0,
    nested: 0,
  };
  private readonly examples = new Set<string>();

  /** @param value not a finite number; NaN for any number that is not finite */
  add(value: unknown): void {
    this.counts[kindOf(value)] += 1;
    if (typeof value === 'string' && this.examples.size < mostExamples)
      this.examples.add(value.length > exampleLength ? `${value.slice(0, exampleLength)}...` : value);
  }

  static sum(all: readonly (Tally | null)[]): LeftOut {
    const sum = (kind: LeftOutKind) => all.reduce((total, one) => total + (one?.counts[kind] ?? 0), 0);
    const counts = Object.fromEntries(kinds.map((kind) => [kind, sum(kind)])) as Record<LeftOutKind, number>;
    const examples = new Set(all.flatMap((one) => [...(one?.examples ?? [])]));
    const values = kinds.reduce((total, kind) => total + counts[kind], 0);
    return { values, kinds: counts, examples: [...examples].slice(0, mostExamples) };
  }
}

function kindOf(value: unknown): LeftOutKind {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'number') return 'not finite';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : 'nested';
}

/** `2000 text ('timeout'), 3 not finite`; empty for none. */
export function leftOutText({ kinds: counts, examples }: LeftOut): string {
  const named = examples.map((text) => `'${text}'`).join(', ');
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}${kind === 'text' ? ` (${named})` : ''}`)
    .join(', ');
}
