import type { RunEvidence } from './evidence.js';
import { boardChecks } from './board.js';
import { clockChecks } from './clocks.js';
import { completenessChecks } from './completeness.js';
import { repeatChecks } from './repeats.js';
import { samplingChecks } from './sampling.js';

/** One thing that a referee would ask about. A `doubt` makes the run doubtful; a `remark` is only to be known. */
export interface Finding {
  readonly check: string;
  readonly level: 'doubt' | 'remark';
  /** Whole sentences: what was seen, with its size, and what to do about it. */
  readonly text: string;
}

/** DOUBTFUL as soon as one finding is a doubt. */
export interface Validity {
  readonly verdict: 'VALID' | 'DOUBTFUL';
  /** Doubts first. */
  readonly findings: readonly Finding[];
}

/** Looks at what was logged and says what it saw; knows its evidence and nothing else. */
export type Check = (evidence: RunEvidence) => readonly Finding[];

const checks: readonly Check[] = [
  ...completenessChecks,
  ...repeatChecks,
  ...boardChecks,
  ...clockChecks,
  ...samplingChecks,
];

/** Pure: whether the numbers of a run can be relied on, from the run's log alone. */
export function judge(evidence: RunEvidence): Validity {
  const findings = checks.flatMap((check) => check(evidence));
  const doubts = findings.filter(({ level }) => level === 'doubt');
  return {
    verdict: doubts.length > 0 ? 'DOUBTFUL' : 'VALID',
    findings: [...doubts, ...findings.filter(({ level }) => level === 'remark')],
  };
}
