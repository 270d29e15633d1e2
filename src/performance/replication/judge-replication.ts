import { CollabError, ExitCode } from '../../errors.js';
import type { ReplicationRecord, RunRecord } from '../../logs/index.js';
import { matched, measuredOf, missingOf, primaryChoice, requireMetrics } from '../compare/index.js';
import type { Performance } from '../opening/index.js';
import type { OpenedRun } from '../tables/index.js';
import { isIncomplete } from '../validity/index.js';
import { isEqualResult, judgeEqual } from './equal-results.js';
import { judgeMetrics } from './judge-metrics.js';
import { verdictOf } from './verdict.js';
import { differingPackages } from './packages.js';
import { type Differing, whatDiffers } from './what-differs.js';

export interface JudgeOptions {
  /** The largest share by which a metric may be apart and still be the same; above 0, below 1. */
  readonly within: number;
  /** Metrics that decide, besides those that the experiment names. */
  readonly metrics: readonly string[];
  readonly judgedAt: Date;
}

/** How far a metric may be from the original, by default. */
export const usualWithin = 0.1;

/**
 * Judges whether the second run of a performance, the replication, has the results of the first one, the original.
 * @throws CollabError `other-experiment`, `nothing-to-compare`, or `no-such-metric` for one of the options
 */
export async function judgeReplication(
  performance: Performance,
  { within, metrics: named, judgedAt }: JudgeOptions,
): Promise<ReplicationRecord> {
  const [a, b] = performance.runs;
  if (a === undefined || b === undefined) throw new Error('A replication is judged from two runs.');
  requireOneExperiment(a.record, b.record);
  const { pairs, missing } = matched(measuredOf(a), measuredOf(b));
  const ofOriginal = [...pairs.map((pair) => pair.a), ...missing.map(({ metric }) => metric)];
  requireMetrics(named, ofOriginal);
  const choice = primaryChoice([a.record], named);
  const isExact = isEqualResult([a.record, b.record]);
  const metrics = judgeMetrics(pairs, missing, { choice, within, isExact });
  const equal = await judgeEqual(a, b);
  if (equal.length === 0 && !metrics.some(({ decides }) => decides))
    throw nothingToCompare(a.record, b.record);
  const differs = [...whatDiffers(a, b), ...(await differingPackages(a, b))];
  const both = [
    ['original', a],
    ['replication', b],
  ] as const;
  const doubts = both.flatMap(([run, { validity }]) =>
    validity.findings
      .filter(({ level }) => level === 'doubt')
      .map(({ check, text }) => ({ run, check, text })),
  );
  const incomplete = both.flatMap(([run, { validity }]) =>
    validity.findings.filter(isIncomplete).map(({ check, text }) => `The ${run}: ${check}. ${text}`),
  );
  const unknown = missingOf(choice, ofOriginal);
  const notes = notesOn(a.record, b.record, differs);
  return {
    format: 1,
    judged_at: judgedAt.toISOString(),
    ...verdictOf({ within, metrics, unknown, equal, incomplete, notes }),
    within,
    original: judgedRun(a),
    replication: judgedRun(b),
    deciding: { source: choice.source, names: [...choice.names] },
    metrics,
    equal,
    differs,
    doubts,
  };
}

function judgedRun({ record, validity }: OpenedRun): ReplicationRecord['original'] {
  const { run_id, experiment, started_at, lan, versions } = record;
  return {
    run_id,
    experiment: experiment.name,
    experiment_id: experiment.id,
    started_at,
    lan,
    collab_version: versions.collab ?? null,
    verdict: validity.verdict,
  };
}

/** What would make it a replication of something else. */
function notesOn(
  { experiment: a }: RunRecord,
  { experiment: b }: RunRecord,
  differs: readonly Differing[],
): string[] {
  const values = differs.filter(({ about, what }) => about === 'parameters' && !counts.has(what));
  return [
    ...(a.id === '' || b.id === ''
      ? ['It is not known whether both ran the same files.']
      : a.id === b.id
        ? []
        : [`Their code is not the same: ${a.id.slice(0, 12)}, in the replication ${b.id.slice(0, 12)}.`]),
    ...values.map(
      ({ what, original, replication }) =>
        `The parameter ${what} is ${original ?? 'not set'}, in the replication ${replication ?? 'not set'}.`,
    ),
  ];
}

const counts: ReadonlySet<string> = new Set(['repeats', 'warm-up repeats']);

function requireOneExperiment({ run_id: original, experiment: a }: RunRecord, b: RunRecord): void {
  if (a.name === b.experiment.name || (a.id !== '' && a.id === b.experiment.id)) return;
  throw new CollabError('other-experiment', {
    what: `${b.run_id} is not a replication of ${original}.`,
    why: `It ran the experiment ${b.experiment.name}, and the original ${a.name}.`,
    next: `To see what they have in common: collab compare ${original} ${b.run_id}`,
    exitCode: ExitCode.usage,
  });
}

function nothingToCompare({ run_id: a }: RunRecord, { run_id: b }: RunRecord): CollabError {
  return new CollabError('nothing-to-compare', {
    what: `${a} has no result that could be compared with ${b}.`,
    why: 'No complete trial of it recorded a number, and experiment.yaml has no equal: key.',
    next: 'Name a total of a role that is to decide, such as --metric wall_s.',
    exitCode: ExitCode.usage,
  });
}
