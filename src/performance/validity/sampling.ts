import { neverStarted, type InstanceEvidence, type RunEvidence } from './evidence.js';
import { listed, plural, short } from './sentence.js';
import type { Check, Finding } from './finding.js';

const smallShare = 0.01;
const largeShare = 0.05;
/** Missing this number of intervals in a row is a gap. */
const longGapIntervals = 10;
/** Shorter gaps are not reported: a role needs up to half a second to start. */
const shortGapS = 0.5;

function fewMissed({ instances }: RunEvidence): Finding[] {
  const findings: Finding[] = [];
  for (const { instance, samples } of instances) {
    const missed = instance.exit?.missed_samples ?? 0; // without an exit record, `roles reported` speaks
    const share = missed / Math.max(1, missed + samples.records);
    if (share <= smallShare) continue;
    const text = `${instance.label} on ${instance.device} missed ${plural(missed, 'sample')} (${short(share * 100)} %): the device was too busy for this sampling rate.`;
    findings.push({ check: 'missed samples', level: share > largeShare ? 'doubt' : 'remark', text });
  }
  return shortened(findings);
}

function noGaps({ run, instances }: RunEvidence): Finding[] {
  const intervalS = samplingOf(run.experiment.definition);
  const without = instances.filter(
    ({ instance: { exit }, samples }) => exit !== null && !neverStarted(exit) && samples.records === 0,
  );
  const findings: Finding[] = [];
  if (without.length > 0) {
    const text = `There are no samples of ${listed(without.map(({ instance }) => instance.label))}, so gaps could not be checked.`;
    findings.push({ check: 'gaps', level: 'doubt', text });
  }
  if (intervalS === null) {
    const text =
      'Could not check for gaps between samples: the record of the run does not say how often they are due.';
    return [...findings, { check: 'gaps', level: 'remark', text }];
  }
  const longS = Math.max(shortGapS, longGapIntervals * intervalS);
  const silent = instances.filter((one) => longestGapS(one) > longS);
  if (silent.length === 0) return findings;
  const longest = Math.max(...silent.map(longestGapS));
  const where = listed(silent.map(({ instance }) => instance.label));
  const text = `Gaps of up to ${short(longest)} s between samples that are due every ${short(intervalS)} s: ${where}. Peaks in these gaps were not measured.`;
  return [...findings, { check: 'gaps', level: 'doubt', text }];
}

/** Between two samples, or before the first one or after the last one. */
function longestGapS({ instance: { exit }, samples }: InstanceEvidence): number {
  if (exit === null || samples.records === 0) return samples.longestGapS;
  const [atStartS, atEndS] = [
    samples.firstS - exit.started_monotonic_s,
    exit.ended_monotonic_s - samples.lastS,
  ];
  return Math.max(samples.longestGapS, atStartS, atEndS);
}

/** Many instances often miss samples for the same reason: shows the worst ones and counts the rest. */
function shortened(findings: readonly Finding[], most = 4): Finding[] {
  const sorted = [...findings].sort((a, b) => a.level.localeCompare(b.level));
  const rest = sorted.slice(most);
  const level = rest[0]?.level;
  if (level === undefined) return sorted;
  return [
    ...sorted.slice(0, most),
    {
      check: 'missed samples',
      level,
      text: `${plural(rest.length, 'more role instance')} also missed samples.`,
    },
  ];
}

/** The interval between samples in seconds; null if the definition does not have it. */
export function samplingOf(definition: unknown): number | null {
  const value = (definition as { samplingS?: unknown } | null)?.samplingS;
  return typeof value === 'number' && value > 0 ? value : null;
}

/** Checks whether the samples show what happened. */
export const samplingChecks: readonly Check[] = [fewMissed, noGaps];
