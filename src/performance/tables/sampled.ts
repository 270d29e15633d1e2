import { plainText } from '../../errors.js';
import { knownMetrics, knownSample } from '../../logs/index.js';
import type { ReadInstance, RoleInstance } from '../reading/index.js';

/** How a metric was come by: its source, or for `unavailable` the reason. */
export interface How {
  readonly kind: 'measured' | 'estimated' | 'unavailable';
  readonly source: string | null;
}

/** Metrics that some sample has, with their parts, in the order of metrics.json; unknown ones last. */
export function sampledMetrics(sources: readonly { samples: ReadInstance['samples'] }[]): string[] {
  const seen = new Set(sources.flatMap(({ samples }) => [...samples.metrics.keys()]));
  const known = knownMetrics().samples.flatMap(({ name }) => [
    ...(seen.has(name) ? [name] : []),
    ...[...seen].filter((part) => part.startsWith(`${name}.`)).sort(),
  ]);
  return [...new Set([...known, ...seen])];
}

/** How one role instance came by a sampled metric, or why it has none. */
export function sampledHow(instance: RoleInstance, samples: ReadInstance['samples'], metric: string): How {
  const base = metric.split('.')[0];
  const said = instance.states.findLast((state) => state.metric === metric || state.metric === base);
  const reason = said?.reason === undefined ? null : plainText(said.reason);
  if ((samples.metrics.get(metric)?.n ?? 0) === 0) {
    const absent = said?.state === 'absent' ? 'this machine has no sensor for it' : 'no sample has it';
    return { kind: 'unavailable', source: reason ?? absent };
  }
  if (said?.state === 'estimated') return { kind: 'estimated', source: reason };
  return { kind: 'measured', source: knownSample(metric)?.source ?? null };
}
