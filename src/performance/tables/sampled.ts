import { plainText } from '../../errors.js';
import { knownMetrics, knownSample } from '../../logs/index.js';
import type { ReadInstance, RoleInstance } from '../reading/index.js';

/** How a metric was obtained: its source, or for `unavailable` the reason. */
export interface How {
  readonly kind: 'measured' | 'estimated' | 'unavailable';
  readonly source: string | null;
}

/** Metrics in at least one sample, with their parts, in the order of metrics.json; unknown ones last. */
export function sampledMetrics(sources: readonly { samples: ReadInstance['samples'] }[]): string[] {
  const seen = new Set(sources.flatMap(({ samples }) => [...samples.metrics.keys()]));
  const known = knownMetrics().samples.flatMap(({ name }) => [
    ...(seen.has(name) ? [name] : []),
    ...[...seen].filter((part) => part.startsWith(`${name}.`)).sort(),
  ]);
  return [...new Set([...known, ...seen])];
}

/** How one role instance obtained a sampled metric, or why it has none. */
export function sampledHow(instance: RoleInstance, samples: ReadInstance['samples'], metric: string): How {
  const base = metric.split('.')[0];
  const state = instance.states.findLast((one) => one.metric === metric || one.metric === base);
  const reason = state?.reason === undefined ? null : plainText(state.reason);
  if ((samples.metrics.get(metric)?.n ?? 0) === 0) {
    const absent = state?.state === 'absent' ? 'this machine has no sensor for it' : 'it is in no sample';
    return { kind: 'unavailable', source: reason ?? absent };
  }
  if (state?.state === 'estimated') return { kind: 'estimated', source: reason };
  return { kind: 'measured', source: knownSample(metric)?.source ?? null };
}
