import { CollabError, ExitCode } from '../../errors.js';
import { valueKey } from '../../workspace/index.js';
import {
  combinationsOf,
  type ExperimentDefinition,
  maxLooked,
  maxSeed,
  maxTrials,
  type Scalar,
  sizeOf,
  type StopRule,
  type SweepSpace,
  timesText,
  type TrialOrder,
} from '../definition/index.js';
import { parameterNamed } from './parse-set.js';
import { orderTrials, type PlannedTrial } from './trial-order.js';

/** What the user changes for one run. */
export interface TrialOverrides {
  /** Values instead of the declared ones, by parameter. */
  set?: Readonly<Record<string, readonly Scalar[]>>;
  /** A number of repeats, also instead of `stop_when`. */
  repeats?: number | undefined;
  warmup?: number | undefined;
  order?: TrialOrder | undefined;
  seed?: number | undefined;
}

/** Which trials a run has, and in which order. */
export interface PlannedTrials {
  trials: PlannedTrial[];
  order: TrialOrder;
  /** Of the random order; null for the others. */
  seed: number | null;
  /** Ends the repeats of a combination early; null if all of them run. */
  stopWhen: StopRule | null;
  /** How many combinations there are, as a product, how many of them are excluded, and how often each runs. */
  counted: { product: string; combinations: number; excluded: number; repeats: number; warmup: number };
}

/**
 * All trials of a run. Combinations have the last parameter changing fastest; their repeats are rounds through all
 * combinations, or follow each other.
 * @param random draws the seed of a random order, if none is given
 * @throws CollabError `unknown-parameter`, `invalid-count`, `invalid-seed`, `too-many-trials` or `nothing-to-run`
 */
export function planTrials(
  definition: ExperimentDefinition,
  overrides: TrialOverrides = {},
  random: () => number = noRandom,
): PlannedTrials {
  const set = overrides.set ?? {};
  for (const name of Object.keys(set)) parameterNamed(definition, name);
  const stopWhen = overrides.repeats === undefined ? definition.stopWhen : null;
  const repeats = count('--repeats', overrides.repeats ?? stopWhen?.atMost ?? definition.repeats, 1);
  const warmup = count('--warmup', overrides.warmup ?? definition.warmup, 0);
  const order = overrides.order ?? definition.order;
  if (overrides.seed !== undefined) checkSeed(overrides.seed, order);

  const space = changedSpace(definition, set);
  const { size, text: product } = sizeOf(space);
  const each = repeats + warmup;
  const how = `${product === '' ? '1' : product} combination${size === 1 ? '' : 's'}, each ${timesText(each)}`;
  const limit = space.exclude.length > 0 ? maxLooked : maxTrials;
  if (size > limit || (space.exclude.length === 0 && size * each > maxTrials))
    throw tooMany(size * each, how);
  const { combinations, excluded } = combinationsOf(space);
  if (combinations.length === 0) throw nothingToRun(excluded);
  if (combinations.length * each > maxTrials)
    throw tooMany(combinations.length * each, `${how}, without ${excluded} excluded`);
  const own = overrides.seed ?? definition.seed;
  const seed = order === 'random' ? (own ?? Math.floor(random() * (maxSeed + 1))) : null;
  return {
    trials: orderTrials(combinations, { warmup, repeats }, order, seed),
    order,
    seed,
    stopWhen,
    counted: { product, combinations: combinations.length, excluded, repeats, warmup },
  };
}

/** A parameter that is set leaves the explicit combinations: its values are combined with what remains of them. */
function changedSpace(
  { parameters, combinations, exclude }: SweepSpace,
  set: Readonly<Record<string, readonly Scalar[]>>,
): SweepSpace {
  const rest = new Map(
    combinations.map((one) => {
      const left = Object.entries(one).filter(([name]) => !Object.hasOwn(set, name));
      const key = JSON.stringify(left.map(([name, value]) => [name, valueKey(value)]).sort());
      return [key, Object.fromEntries(left)] as const;
    }),
  );
  return {
    parameters: parameters.map(({ name, values }) => ({
      name,
      values: Object.hasOwn(set, name) ? (set[name] ?? values) : values,
    })),
    combinations: [...rest.values()].filter((one) => Object.keys(one).length > 0),
    exclude,
  };
}

function noRandom(): never {
  throw new TypeError('a random order needs a seed or randomness');
}

function count(flag: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new CollabError('invalid-count', {
    what: `${flag} must be a whole number of at least ${least}, not ${value}.`,
    next: `For example: ${flag} 3`,
    exitCode: ExitCode.usage,
  });
}

function checkSeed(seed: number, order: TrialOrder): void {
  const isSeed = Number.isSafeInteger(seed) && seed >= 0 && seed <= maxSeed;
  if (isSeed && order === 'random') return;
  throw new CollabError('invalid-seed', {
    what: isSeed
      ? `--seed has no effect on trials in ${order} order.`
      : `--seed must be a whole number from 0 to ${maxSeed}, not ${seed}.`,
    next: 'For example: --order random --seed 1',
    exitCode: ExitCode.usage,
  });
}

function tooMany(trials: number, how: string): CollabError {
  return new CollabError('too-many-trials', {
    what: `This would be ${trials} trials (${how}), and a run may have ${maxTrials} at most.`,
    next: 'Give fewer values (--set) or fewer repeats (--repeats), and split the work over several runs.',
    exitCode: ExitCode.usage,
  });
}

function nothingToRun(excluded: number): CollabError {
  return new CollabError('nothing-to-run', {
    what: `All ${excluded} combinations of parameter values are excluded.`,
    next: 'Give other values (--set), or change exclude: in experiment.yaml.',
    exitCode: ExitCode.usage,
  });
}
