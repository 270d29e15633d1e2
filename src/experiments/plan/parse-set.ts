import { CollabError, ExitCode } from '../../errors.js';
import { isNumber, valueKey } from '../../workspace/index.js';
import {
  didYouMean,
  type ExperimentDefinition,
  maxTrials,
  type ParameterDefinition,
  parseNumber,
  parseRange,
  type Scalar,
} from '../definition/index.js';

/**
 * Reads `--set split=2,4` and `--set split=1..9:2` arguments; each value takes the type of the declared ones. A parameter
 * that is named twice gets the values of both.
 * @throws CollabError `unknown-parameter`, `invalid-set`, or `too-many-trials` for a range that is longer than a run.
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
      .flatMap((text) => valuesOf(parameter, text.trim(), setting));
    const first = new Map<string, Scalar>();
    for (const value of [...(values.get(parameter.name) ?? []), ...given])
      if (!first.has(valueKey(value))) first.set(valueKey(value), value);
    values.set(parameter.name, [...first.values()]);
  }
  return Object.fromEntries(values);
}

/** The values of a range if the text is one and the parameter has numbers; else a single value. */
function valuesOf(parameter: ParameterDefinition, text: string, setting: string): Scalar[] {
  const range = parameter.values.some(isNumber) ? parseRange(text) : null;
  if (range === null) return [valueOf(parameter, text, setting)];
  if ('fault' in range) throw invalidSet(setting, `The range ${text}: ${range.fault}.`);
  if (range.count <= maxTrials) return range.values();
  throw new CollabError('too-many-trials', {
    what: `The range ${text} has ${range.count} values, and a run may have ${maxTrials} trials at most.`,
    next: `Give it larger steps, such as --set ${parameter.name}=1..1000:100, or fewer values, 1..1000:log4`,
    exitCode: ExitCode.usage,
  });
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
  const declared = values.length > 10 ? `${values.slice(0, 10).join(', ')}, and more` : values.join(', ');
  throw invalidSet(setting, `${JSON.stringify(text)} is not ${wanted}; ${name} is declared as ${declared}.`);
}

function invalidSet(setting: string, why: string): CollabError {
  return new CollabError('invalid-set', {
    what: `--set ${setting} cannot be read.`,
    why,
    next: 'Write a parameter of the experiment and its values, such as: --set split=2,4',
    exitCode: ExitCode.usage,
  });
}

/** @throws CollabError `unknown-parameter` */
export function parameterNamed(
  definition: Pick<ExperimentDefinition, 'name' | 'parameters'>,
  name: string,
): ParameterDefinition {
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
