import { CollabError, ExitCode } from '../../errors.js';
import { parseDurationS } from '../../workspace/index.js';
import type { RunFacts } from '../opening/index.js';

/** What a filter asks of a run. */
export interface RunFilter {
  readonly needsVerdict: boolean;
  /** The parameter that it names; null for a field of the run. */
  readonly parameter: string | null;
  readonly keeps: (run: RunFacts) => boolean;
}

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';
type Test = (run: RunFacts) => boolean;
/** Makes the test of `=`, `<` and so on; null for a value that is none. `!=` is whatever `=` is not. */
type MakeTest = (operator: Exclude<Operator, '!='>, value: string) => Test | null;

const states = ['running', 'complete', 'partial', 'failed', 'interrupted', 'abandoned', 'unreadable'];
const verdicts = ['VALID', 'DOUBTFUL', 'REPRODUCED', 'DIFFERENT', 'TOO FEW'];

/** The fields that filters know, what a value of each looks like, and its test. */
const fields: Readonly<Record<string, { values: string; test: MakeTest }>> = {
  run: { values: 'a run id', test: textTest((run) => [run.run_id]) },
  experiment: { values: 'its name', test: textTest((run) => [run.experiment]) },
  name: { values: 'what a run was called', test: textTest((run) => (run.name === null ? [] : [run.name])) },
  tag: { values: 'a tag', test: textTest((run) => run.tags) },
  state: { values: states.join(', '), test: wordTest(states, (run) => [run.state]) },
  verdict: { values: verdicts.join(', '), test: wordTest(verdicts, verdictsOf) },
  started: { values: 'a date or time in UTC, such as 2026-11-01 or 2026-11-01T09:30', test: timeTest },
  duration: {
    values: 'seconds, or a duration such as 5m',
    test: numberTest((run) => run.seconds, parseDurationS),
  },
  trials: {
    values: 'a number: how many are complete',
    test: numberTest(
      ({ trials }) => trials.complete,
      () => null,
    ),
  },
};

/**
 * Reads `state=complete`, `duration>60`, `split=4` and the like. A parameter is meant if its values fit any trial of a run;
 * `parameter.<name>` is one that is called as a field.
 * @throws CollabError `bad-filter`
 */
export function parseRunFilter(text: string): RunFilter {
  const [, key = '', operator = '=', value = ''] =
    /^\s*([^=<>!]+?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/su.exec(text) ?? [];
  if (key === '' || value === '')
    throw badFilter(text, 'It must be <field><operator><value>, with one of = != < <= > >=.');
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  const parameter = field === undefined ? key.replace(/^parameter\./, '') : null;
  const make = field?.test ?? parameterTest(parameter ?? '');
  const test = make(operator === '!=' ? '=' : (operator as Exclude<Operator, '!='>), value);
  if (test === null) throw badFilter(text, `${key} is compared with ${field?.values ?? 'a value'}.`);
  const keeps: Test = operator === '!=' ? (run) => !test(run) : test;
  return { needsVerdict: key === 'verdict', parameter, keeps };
}

/** @throws CollabError `bad-filter` for a parameter that none of these runs has: a field may be meant */
export function refuseUnknown(filters: readonly RunFilter[], runs: readonly RunFacts[]): void {
  for (const { parameter } of filters) {
    if (parameter === null || runs.some(({ parameters }) => parameters.has(parameter))) continue;
    const known = [...new Set(runs.flatMap(({ parameters }) => [...parameters.keys()]))].sort();
    const ofRuns = known.length === 0 ? 'These runs have no parameters.' : `Parameters: ${known.join(', ')}.`;
    throw badFilter(parameter, `It is neither a field nor a parameter of these runs. ${ofRuns}`);
  }
}

function badFilter(text: string, why: string): CollabError {
  return new CollabError('bad-filter', {
    what: `Runs cannot be filtered by ${JSON.stringify(text)}.`,
    why,
    next: `Fields: ${Object.keys(fields).join(', ')}, and parameters of experiments. For example --filter state=complete, --filter 'duration>60', --filter split=4`,
    exitCode: ExitCode.usage,
  });
}

function textTest(of: (run: RunFacts) => readonly string[]): MakeTest {
  return (operator, value) => (operator === '=' ? (run) => of(run).includes(value) : null);
}

/** One of some words, in upper or lower case. */
function wordTest(words: readonly string[], of: (run: RunFacts) => readonly string[]): MakeTest {
  return (operator, value) => {
    const word = words.find((one) => one.toLowerCase() === value.toLowerCase());
    return operator === '=' && word !== undefined ? (run) => of(run).includes(word) : null;
  };
}

export function verdictsOf({ validity, replication }: RunFacts): string[] {
  return [validity?.verdict, replication?.verdict].filter((one) => one !== undefined);
}

/** A run without the number is kept by no comparison. */
function numberTest(of: (run: RunFacts) => number | null, parse: (text: string) => number | null): MakeTest {
  return (operator, value) => {
    const wanted = numberIn(value) ?? parse(value);
    if (wanted === null) return null;
    return (run) => {
      const has = of(run);
      return has !== null && compares[operator](has, wanted);
    };
  };
}

function timeTest(operator: Exclude<Operator, '!='>, value: string): Test | null {
  const text = value.replace(' ', 'T').replace(/Z$/, '');
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/.test(text)) return null;
  const wantedMs = Date.parse(text.includes('T') ? `${text}Z` : text);
  if (Number.isNaN(wantedMs)) return null;
  // `=` is the whole day, minute or second; the others compare with its beginning.
  if (operator === '=') return ({ started_at }) => started_at?.startsWith(text) ?? false;
  return ({ started_at }) => started_at !== null && compares[operator](Date.parse(started_at), wantedMs);
}

/** Any trial of the run: a run has several values of what it sweeps over. */
function parameterTest(name: string): MakeTest {
  return (operator, value) => {
    const wanted = numberIn(value);
    if (wanted === null && operator !== '=') return null;
    return ({ parameters }) =>
      (parameters.get(name) ?? []).some((has) => {
        const number = numberIn(has);
        if (wanted === null || number === null) return operator === '=' && has === value;
        return compares[operator](number, wanted);
      });
  };
}

function numberIn(text: string): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

const compares: Readonly<Record<Exclude<Operator, '!='>, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
