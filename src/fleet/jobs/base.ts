import type { JobDefinition } from './record.js';

/** The base image of jobs that name none. */
export const defaultBase = 'python';

/** What a worker says of how it runs tasks. */
export interface RunsTasks {
  runs: 'process' | 'container';
  /** Tags of the base images on its device. */
  bases: readonly string[];
}

/** The tag of the image of a device in which tasks of a job run; null if none of those that it may be is there. */
export function imageOf(base: JobDefinition['base'], there: readonly string[]): string | null {
  const { name, refs } = base ?? { name: defaultBase, refs: [] };
  if (refs.length > 0) return refs.find((ref) => there.includes(ref)) ?? null;
  return there.find((ref) => ref.startsWith(`collab/base-${name}:`)) ?? null;
}

/** Whether a worker has what the tasks of a job run in. Processes run on what their device has. */
export const hasBase = ({ runs, bases }: RunsTasks, base: JobDefinition['base']): boolean =>
  runs === 'process' || imageOf(base, bases) !== null;
