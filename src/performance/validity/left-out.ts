import { mostFrameSpans } from '../reading/index.js';
import { type LeftOut, leftOutText, type MetricLeftOut, unitOf } from '../summaries/index.js';
import type { RunEvidence } from './evidence.js';
import { listed, plural } from './sentence.js';
import type { Check, Finding } from './finding.js';

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

/** A complete repeat without a value of a metric is in none of its statistics. */
function repeatsWithout({ leftOut }: RunEvidence): Finding[] {
  return leftOut
    .filter(({ missingTrials }) => missingTrials.length > 0)
    .map(({ metric, role, missingTrials }) => ({
      check: 'repeats without values',
      level: 'doubt',
      text: `${metric} of ${role} has no value in ${plural(missingTrials.length, 'complete trial')} (${listed(missingTrials.map(String))}), although other repeats of the same parameters have; its statistics leave ${missingTrials.length === 1 ? 'it' : 'them'} out.`,
    }));
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
