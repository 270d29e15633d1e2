import { CollabError, ExitCode } from '../../errors.js';
import {
  didYouMean,
  type ExperimentDefinition,
  maxTrials,
  type ParameterDefinition,
  parseNumber,
  type Scalar,
} from '../definition/index.js';
import { isNumber, valueKey } from '../../workspace/index.js';

/** One combination of parameter values, one repeat. */
export interface PlannedTrial {
  /** 1-based, in the order in which they run. */
  number: number;
  parameters: Record<string, Scalar>;
  /** 0-based; warm-up repeats count on their own. */
  repeat: number;
  warmup: boolean;
}

/** What the user changes for one run. */
export interface TrialOverrides {
  /** Values instead of the declared ones, by parameter. */
  set?: Readonly<Record<string, readonly Scalar[]>>;
  repeats?: number | undefined;
  warmup?: number | undefined;
}

/**
 * All trials of a run in order: combinations with the last parameter changing fastest, and of each combination its
 * warm-up repeats first.
 * @throws CollabError `unknown-parameter`, `invalid-count` or `too-many-trials`.
 */
export function planTrials(definition: ExperimentDefinition, overrides: TrialOverrides = {}): PlannedTrial[] {
  const set = overrides.set ?? {};
  for (const name of Object.keys(set)) parameterNamed(definition, name);
  const repeats = count('--repeats', overrides.repeats ?? definition.repeats, 1);
  const warmup = count('--warmup', overrides.warmup ?? definition.warmup, 0);
  const parameters = definition.parameters.map(({ name, values }) => ({
    name,
    values: Object.hasOwn(set, name) ? (set[name] ?? values) : values,
  }));

  const total = parameters.reduce((n, { values }) => n * values.length, repeats + warmup);
  if (total > maxTrials) {
    throw new CollabError('too-many-trials', {
      what: `This would be ${total} trials, and a run may have ${maxTrials} at most.`,
      next: 'Give fewer values (--set) or fewer repeats (--repeats), and split the work over several runs.',
      exitCode: ExitCode.usage,
    });
  }
  return combinations(parameters)
    .flatMap((values) => [
      ...Array.from({ length: warmup }, (_, repeat) => ({ parameters: values, repeat, warmup: true })),
      ...Array.from({ length: repeats }, (_, repeat) => ({ parameters: values, repeat, warmup: false })),
    ])
    .map((trial, index) => ({ number: index + 1, ...trial }));
}

function combinations(parameters: readonly ParameterDefinition[]): Record<string, Scalar>[] {
  return parameters.reduce<Record<string, Scalar>[]>(
    (all, { name, values }) => all.flatMap((rest) => values.map((value) => ({ ...rest, [name]: value }))),
    [{}],
  );
}

function count(flag: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new CollabError('invalid-count', {
    what: `${flag} must be a whole number of at least ${least}, not ${value}.`,
    next: `For example: ${flag} 3`,
    exitCode: ExitCode.usage,
  });
}

/**
 * Reads `--set split=2,4` arguments; each value takes the type of the declared ones. A parameter that is named twice
 * gets the values of both.
 * @throws CollabError `unknown-parameter` or `invalid-set`.
 */
export function parseSet(
  definition: ExperimentDefinition,
  settings: readonly string[],
): Record<string, Scalar[]> {
  const values = new Map<string, Scalar[]>();
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    if (equals < 1) throw invalidSet(setting, 'It needs a name, an equals sign and values.');
    const parameter = parameterNamed(definition, setting.slice(0, equals).trim());
    const given = setting
      .slice(equals + 1)
      .split(',')
      .map((text) => valueOf(parameter, text.trim(), setting));
    const first = new Map<string, Scalar>();
    for (const value of [...(values.get(parameter.name) ?? []), ...given])
      if (!first.has(valueKey(value))) first.set(valueKey(value), value);
    values.set(parameter.name, [...first.values()]);
  }
  return Object.fromEntries(values);
}

function valueOf({ name, values }: ParameterDefinition, text: string, setting: string): Scalar {
  const kinds = new Set(values.map((value) => (isNumber(value) ? 'number' : typeof value)));
  if (text === '') throw invalidSet(setting, 'A value is empty.');
  const number = kinds.has('number') ? parseNumber(text) : null;
  if (number !== null && typeof number === 'object' && 'fault' in number)
    throw invalidSet(setting, `A value ${number.fault}.`);
  if (number !== null) return number;
  if (kinds.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (kinds.has('string')) return text;
  const wanted = [...kinds].map((kind) => (kind === 'number' ? 'a number' : 'true or false')).join(', or ');
  throw invalidSet(
    setting,
    `${JSON.stringify(text)} is not ${wanted}; ${name} is declared as ${values.join(', ')}.`,
  );
}

function invalidSet(setting: string, why: string): CollabError {
  return new CollabError('invalid-set', {
    what: `--set ${setting} cannot be read.`,
    why,
    next: 'Write a parameter of the experiment and its values, such as: --set split=2,4',
    exitCode: ExitCode.usage,
  });
}

function parameterNamed(definition: ExperimentDefinition, name: string): ParameterDefinition {
  const parameter = definition.parameters.find((one) => one.name === name);
  if (parameter !== undefined) return parameter;
  const known = definition.parameters.map((one) => one.name);
  throw new CollabError('unknown-parameter', {
    what: `The experiment ${definition.name} has no parameter ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    why: known.length === 0 ? 'It declares no parameters.' : `Its parameters: ${known.join(', ')}.`,
    next: 'Correct the name after --set, or declare the parameter in experiment.yaml.',
    exitCode: ExitCode.usage,
  });
}
