import type { RunEvidence } from './evidence.js';
import { listed, plural, short } from './sentence.js';
import type { Check, Finding } from './finding.js';

const smallShare = 0.01;
const largeShare = 0.05;
/** A sampler that was silent for so many intervals saw nothing of what went on. */
const longGapIntervals = 10;
/** The first half second of a role is its start. */
const shortGapS = 0.5;

function fewMissed({ instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const { instance, samples } of instances) {
    const missed = instance.exit?.missed_samples ?? 0;
    const share = missed / Math.max(1, missed + samples.records);
    if (share <= smallShare) continue;
    const text = `${instance.label} on ${instance.device} missed ${plural(missed, 'sample')}, ${short(share * 100)} %: the device was too busy to be sampled at this rate.`;
    findings.push({ check: 'missed samples', level: share > largeShare ? 'doubt' : 'remark', text });
  }
  return shortened(findings);
}

function noGaps({ run, instances }: RunEvidence): Finding[] {
  const intervalS = samplingOf(run.experiment.definition);
  if (intervalS === null) return [];
  const longS = Math.max(shortGapS, longGapIntervals * intervalS);
  const silent = instances.filter(({ samples }) => samples.longestGapS > longS);
  if (silent.length === 0) return [];
  const longest = Math.max(...silent.map(({ samples }) => samples.longestGapS));
  const where = listed(silent.map(({ instance }) => instance.label));
  const text = `There are gaps of up to ${short(longest)} s between samples that are due every ${short(intervalS)} s: ${where}. Peaks within them were not seen.`;
  return [{ check: 'gaps', level: 'doubt', text }];
}

/** Many instances miss samples for one reason: the worst kinds come first and the rest is counted. */
function shortened(findings: readonly Finding[], most = 4): Finding[] {
  const sorted = [...findings].sort((a, b) => a.level.localeCompare(b.level));
  const rest = sorted.slice(most);
  const level = rest[0]?.level;
  if (level === undefined) return sorted;
  return [
    ...sorted.slice(0, most),
    { check: 'missed samples', level, text: `So did ${plural(rest.length, 'other role instance')}.` },
  ];
}

function samplingOf(definition: unknown): number | null {
  const value = (definition as { samplingS?: unknown } | null)?.samplingS;
  return typeof value === 'number' && value > 0 ? value : null;
}

/** Whether the series show what happened. */
export const samplingChecks: readonly Check[] = [fewMissed, noGaps];
