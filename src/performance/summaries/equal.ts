import type { RunRecord } from '../../logs/index.js';

/** A result that must be the same in every lab: its name as written, and an absolute tolerance. */
export interface EqualResult {
  readonly name: string;
  readonly within: number;
}

/** Those of a run's experiment. Earlier releases name none. */
export function equalOf({ experiment }: Pick<RunRecord, 'experiment'>): EqualResult[] {
  const value = (experiment.definition as { equal?: unknown } | null)?.equal;
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    const { name, within } = (one ?? {}) as Record<string, unknown>;
    return typeof name === 'string' ? [{ name, within: Number(within ?? 0) || 0 }] : [];
  });
}
