import type { Range } from './clocks.js';
import type { Moment, State } from './moments.js';
import { type Part, parts } from './part.js';

/** A duration of a frame: the sum of its states, each times its level there. */
export interface Quantity {
  level(state: State): number;
  /**
   * By how much it may grow per millisecond by which a moment is later, if nothing is known about what else is open then:
   * the level before the moment minus that after it.
   */
  growth(moment: Moment): Range;
  /** Whether it depends on which moments surround a gap. */
  readonly hasGaps: boolean;
}

const none: Range = { low: 0, high: 0 };

/** The time of one part. */
export function partQuantity(part: Part): Quantity {
  const hasGaps = part !== 'compute' && part !== 'serialize';
  return {
    hasGaps,
    level: (state) => (state.part === part ? 1 : 0),
    growth({ kind, part: own }) {
      if (own === 'whole') return kind === 'start' ? { low: -1, high: 0 } : { low: 0, high: 1 };
      if (own === 'busy') {
        if (!hasGaps) return none;
        return (part === 'queue') === (kind === 'start') ? { low: -1, high: 0 } : { low: 0, high: 1 };
      }
      if (own === 'call' || kind === 'mark') return hasGaps ? { low: -1, high: 1 } : none;
      const yields = hasGaps || parts.indexOf(part) > parts.indexOf(own);
      if (own === part) return kind === 'start' ? { low: -1, high: 0 } : { low: 0, high: 1 };
      if (!yields) return none;
      return kind === 'start' ? { low: 0, high: 1 } : { low: -1, high: 0 };
    },
  };
}

/** Time without a span that determines the part. */
export const gapQuantity: Quantity = {
  hasGaps: false,
  level: ({ gap }) => (gap === null ? 0 : 1),
  growth({ kind, part }) {
    if (part === 'busy') return none;
    if (kind === 'mark') return { low: -1, high: 1 };
    const outer = part === 'whole' || part === 'call';
    return (kind === 'start') === outer ? { low: -1, high: 0 } : { low: 0, high: 1 };
  },
};

/** Work beyond that of the first of the instances that work at the same time. */
export function parallelQuantity(instances: number): Quantity {
  const most = Math.max(0, instances - 1);
  return {
    hasGaps: false,
    level: ({ workers }) => Math.max(0, workers - 1),
    growth({ kind, part }) {
      if (part === 'whole') return kind === 'start' ? { low: -most, high: 0 } : { low: 0, high: most };
      if ((part !== 'compute' && part !== 'serialize') || kind === 'mark') return none;
      return kind === 'start' ? { low: -1, high: 0 } : { low: 0, high: 1 };
    },
  };
}

/** The computing of one instance; a moment in which several compute is divided equally between them. */
export function workQuantity(instance: string): Quantity {
  return {
    hasGaps: false,
    level: ({ computing }) => (computing.includes(instance) ? 1 / computing.length : 0),
    growth: ({ kind, part, instance: own }) => {
      if (part === 'whole') return kind === 'start' ? { low: -1, high: 0 } : { low: 0, high: 1 };
      if (part !== 'compute' || kind === 'mark') return none;
      const starts = kind === 'start';
      if (own === instance) return starts ? { low: -1, high: 0 } : { low: 0, high: 1 };
      return starts ? { low: 0, high: 0.5 } : { low: -0.5, high: 0 };
    },
  };
}
