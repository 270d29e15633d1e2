import type { RunEvidence } from './evidence.js';
import { boardChecks } from './board.js';
import { carriedOverChecks } from './carried-over.js';
import { clockChecks } from './clocks.js';
import { completenessChecks } from './completeness.js';
import { deliveryChecks } from './delivery.js';
import { jobChecks } from './job.js';
import { leftOutChecks } from './left-out.js';
import { fileChecks } from './files.js';
import { loadChecks } from './load.js';
import { parameterChecks } from './parameters.js';
import { portChecks } from './ports.js';
import { repeatChecks } from './repeats.js';
import type { Check, Finding } from './finding.js';
import { samplingChecks } from './sampling.js';

/** The verdict is DOUBTFUL if any finding is a doubt. */
export interface Validity {
  readonly verdict: 'VALID' | 'DOUBTFUL';
  /** Doubts first. */
  readonly findings: readonly Finding[];
}

const checks: readonly Check[] = [
  ...completenessChecks,
  ...jobChecks,
  ...deliveryChecks,
  ...portChecks,
  ...leftOutChecks,
  ...fileChecks,
  ...parameterChecks,
  ...repeatChecks,
  ...carriedOverChecks,
  ...loadChecks,
  ...boardChecks,
  ...clockChecks,
  ...samplingChecks,
];

/** Judges from the log of a run whether its numbers can be relied on. */
export function judge(evidence: RunEvidence): Validity {
  const findings = checks.flatMap((check) => check(evidence));
  const doubts = findings.filter(({ level }) => level === 'doubt');
  return {
    verdict: doubts.length > 0 ? 'DOUBTFUL' : 'VALID',
    findings: [...doubts, ...findings.filter(({ level }) => level === 'remark')],
  };
}

/** The verdict and what it means, for a reader who meets it for the first time. */
export function verdictText({ verdict, findings }: Validity): string {
  const doubts = findings.filter(({ level }) => level === 'doubt').length;
  if (verdict === 'VALID') return `${verdict}: nothing in the log casts doubt on the numbers`;
  return doubts === 1
    ? `${verdict}: 1 finding casts doubt on the numbers; read it before you use them`
    : `${verdict}: ${doubts} findings cast doubt on the numbers; read them before you use them`;
}
