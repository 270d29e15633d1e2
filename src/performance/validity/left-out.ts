import { mostFrameSpans } from '../reading/index.js';
import { type LeftOut, leftOutText, type MetricLeftOut, unitOf } from '../summaries/index.js';
import type { RunEvidence } from './evidence.js';
import { listed, plural } from './sentence.js';
import type { Check, Finding } from './finding.js';
import { grouped } from './grouped.js';

/** Values that are not numbers, or are missing: what is said about the others may not hold for the whole. */
function valuesLeftOut({ leftOut }: RunEvidence): Finding[] {
  const check = 'values left out';
  const metrics = new Map<string, MetricLeftOut[]>();
  for (const one of leftOut.filter(({ leftOut: { values } }) => values > 0)) {
    const key = JSON.stringify([one.role, one.of, one.metric]);
    metrics.set(key, [...(metrics.get(key) ?? []), one]);
  }
  return [...metrics.values()].flatMap((parts): Finding[] => {
    const [first] = parts;
    if (first === undefined) return [];
    const values = parts.reduce((sum, part) => sum + part.leftOut.values, 0);
    const all = values + parts.reduce((sum, part) => sum + part.n, 0);
    const onlyEmpty = parts.every(({ leftOut: { kinds, values: count } }) => kinds.empty === count);
    const name = `${first.metric} of ${first.role}`;
    const what = `${name}: ${values} of ${all} values are in none of its statistics (${sumText(parts)}).`;
    return [
      onlyEmpty
        ? { check, level: 'remark', text: `${what} They were recorded without a value.` }
        : {
            check,
            level: 'doubt',
            text: `${what} Statistics of the rest hide what they stand for. Record a number in every row, and the reason in a column of its own.`,
          },
    ];
  });
}

/** `12 text ('timeout'), 3 empty` over all combinations. */
function sumText(parts: readonly MetricLeftOut[]): string {
  const kinds = Object.keys(parts[0]?.leftOut.kinds ?? {}) as (keyof LeftOut['kinds'])[];
  const sum = (kind: keyof LeftOut['kinds']) =>
    parts.reduce((total, { leftOut }) => total + leftOut.kinds[kind], 0);
  const counts = Object.fromEntries(kinds.map((kind) => [kind, sum(kind)])) as LeftOut['kinds'];
  const examples = [...new Set(parts.flatMap(({ leftOut }) => leftOut.examples))].slice(0, 2);
  return leftOutText({ values: 0, kinds: counts, examples });
}

const check = 'repeats without values';

/**
 * A complete repeat without a value of a metric is in none of its statistics. It is a doubt where the role recorded nothing,
 * or fewer rows than in other repeats; otherwise a program that records a column or a span only sometimes, which is no fault.
 */
function repeatsWithout({ leftOut }: RunEvidence): Finding[] {
  const missing = leftOut.filter(({ missingTrials }) => missingTrials.length > 0);
  const results = missing.filter(({ of }) => of === 'results');
  const sometimes = byMetric(results, ({ missingTrials, silentTrials, shortTrials }) =>
    missingTrials.filter((trial) => !silentTrials.includes(trial) && !shortTrials.includes(trial)),
  );
  const named = sometimes.map(({ name, trials }) => `${name} (${inTrials(trials)})`);
  const text = `No values of these in some complete trials, in which their roles recorded others: ${listed(named)}. Statistics are of the other trials.`;
  return [
    ...silent(results, 'results', 'doubt'),
    ...silent(
      missing.filter(({ of }) => of === 'spans'),
      'spans',
      'remark',
    ),
    ...byMetric(results, ({ shortTrials }) => shortTrials).map(({ name, trials }): Finding => ({
      check,
      level: 'doubt',
      text: `${name} has no value in ${complete(trials)}, with fewer rows than other repeats of the same parameters; its statistics leave ${them(trials)} out.`,
    })),
    ...(named.length === 0 ? [] : [{ check, level: 'remark', text } as const]),
  ];
}

const complete = (trials: readonly number[]) =>
  `${plural(trials.length, 'complete trial')} (${listed(trials.map(String))})`;
const inTrials = (trials: readonly number[]) =>
  trials.length === 1 ? `trial ${trials.join()}` : `trials ${listed(trials.map(String))}`;
const them = (trials: readonly number[]) => (trials.length === 1 ? 'it' : 'them');

/** Trials of each metric that has any, in order. */
function byMetric(
  all: readonly MetricLeftOut[],
  trialsOf: (one: MetricLeftOut) => readonly number[],
): { name: string; trials: number[] }[] {
  const metrics = grouped(all, ({ metric, role }) => `${metric} of ${role}`);
  return [...metrics]
    .map(([name, parts]) => ({ name, trials: sorted(parts.flatMap(trialsOf)) }))
    .filter(({ trials }) => trials.length > 0);
}

const sorted = (trials: readonly number[]) => [...new Set(trials)].sort((a, b) => a - b);

/** Roles that recorded nothing in complete trials, although they did in others. */
function silent(all: readonly MetricLeftOut[], what: string, level: Finding['level']): Finding[] {
  return [...grouped(all, ({ role }) => role)].flatMap(([role, parts]): Finding[] => {
    const trials = sorted(parts.flatMap(({ silentTrials }) => silentTrials));
    if (trials.length === 0) return [];
    const text = `${role} recorded no ${what} in ${complete(trials)}, although it did in others; statistics leave ${them(trials)} out.`;
    return [{ check, level, text }];
  });
}

/** Columns that are in the tables, but have no statistics. */
function columnsWithout({ withoutStatistics }: RunEvidence): Finding[] {
  if (withoutStatistics.length === 0) return [];
  const named = withoutStatistics.map(
    ({ role, column, reason, rows }) => `${column} of ${role} (${reason}, ${plural(rows, 'row')})`,
  );
  const odd = withoutStatistics.filter(({ column, reason }) => reason === 'text' && unitOf(column) !== null);
  const advice =
    odd.length === 0
      ? ''
      : ` ${listed(odd.map(({ column }) => column))} ${odd.length === 1 ? 'looks' : 'look'} like a quantity by name, but every value is text.`;
  return [
    {
      check: 'columns without statistics',
      level: 'remark',
      text: `These columns are in the tables only: ${listed(named, 12)}.${advice}`,
    },
  ];
}

/** Spans of frames that the frame ledger cannot use. */
function framesWhole({ instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  const ofTrials = new Map<number, number>();
  for (const { instance, frameSpans } of instances) {
    const { number } = instance.trial;
    ofTrials.set(number, (ofTrials.get(number) ?? 0) + frameSpans.all);
    if (frameSpans.negative > 0) {
      const spans = plural(frameSpans.negative, 'span');
      const text = `${instance.label}: ${spans} of frames with a negative duration are in no frame ledger.`;
      findings.push({ check: 'frames whole', level: 'doubt', text });
    }
  }
  const large = [...ofTrials].filter(([, spans]) => spans >= mostFrameSpans);
  if (large.length > 0) {
    const where = listed(large.map(([trial, spans]) => `trial ${trial} (${spans} spans)`));
    const text = `The frame ledger leaves out trials with ${mostFrameSpans} or more spans of frames: ${where}. The table spans has all of them.`;
    findings.push({ check: 'frames whole', level: 'remark', text });
  }
  return findings;
}

/** Checks that nothing is left out of the statistics in silence. */
export const leftOutChecks: readonly Check[] = [valuesLeftOut, repeatsWithout, columnsWithout, framesWhole];
