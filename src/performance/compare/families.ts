import { CollabError } from '../../errors.js';
import { ExitCode } from '../../exit-codes.js';
import type { RunRecord } from '../../logs/index.js';
import { isNamed, primaryOf } from '../summaries/index.js';

/**
 * Which metrics decide. They are tested as a family of their own, so that the many others do not hide a difference in
 * them, nor they one in the others.
 */
export interface PrimaryChoice {
  /**
   * Who named them: `primary:` of the experiments, the caller (`--metric`), both, or nobody. If nobody did, the primary
   * family is everything that the experiment recorded, and the totals of roles are the other one.
   */
  readonly source: 'experiment' | 'caller' | 'both' | 'default';
  /** As written: `total_ms`, or `client.total_ms` for one role; empty if nobody named any. */
  readonly names: readonly string[];
}

interface Named {
  readonly role: string;
  readonly of: 'results' | 'roles';
  readonly metric: string;
}

/** The primary metrics of the experiments of both runs and those that the caller names. */
export function primaryChoice(runs: readonly RunRecord[], named: readonly string[]): PrimaryChoice {
  const own = [...new Set(runs.flatMap(primaryOf))];
  const names = [...new Set([...own, ...named])];
  const source =
    own.length > 0 ? (named.length > 0 ? 'both' : 'experiment') : named.length > 0 ? 'caller' : 'default';
  return { source, names };
}

/** Whether a metric is in the primary family. */
export function isPrimary({ names }: PrimaryChoice, one: Named): boolean {
  return names.length === 0 ? one.of === 'results' : names.some((name) => isNamed(name, one));
}

/** Primary metrics that the runs do not have in common. */
export function missingOf({ names }: PrimaryChoice, metrics: readonly Named[]): string[] {
  return names.filter((name) => !metrics.some((one) => isNamed(name, one)));
}

/** @throws CollabError if a metric that the caller named is not among those that both runs have */
export function requireMetrics(named: readonly string[], metrics: readonly Named[]): void {
  const [missing] = missingOf({ source: 'caller', names: named }, metrics);
  if (missing === undefined) return;
  const known = [...new Set(metrics.map(({ role, metric }) => `${role}.${metric}`))];
  throw new CollabError('no-such-metric', {
    what: `The runs have no metric '${missing}' in common.`,
    why: known.length === 0 ? 'They have no metric in common.' : `They have: ${known.join(', ')}`,
    next: 'Name one of these with --metric; the role before the dot may be left out.',
    exitCode: ExitCode.usage,
  });
}
