import type { LedgerSpan } from './span.js';

/**
 * Spans that shift as one when clocks are wrong: all of a device, or the work of a device inside a call, which `fitCalls`
 * keeps inside. Its shift is that of the clock of `base` plus something from `lowMs` to `highMs`.
 */
export interface ClockGroup {
  readonly base: string;
  readonly lowMs: number;
  readonly highMs: number;
}

/** Possible values; both ends may be infinite. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The clocks of the devices of one frame. Each may be off by up to its error, in either direction, independently. */
export class Clocks {
  private readonly groups = new Map<string, { errorMs: number; group: ClockGroup }>();

  constructor(spans: readonly LedgerSpan[]) {
    for (const { device, errorMs } of spans) {
      const before = this.groups.get(device);
      this.groups.set(device, {
        errorMs: Math.max(before?.errorMs ?? 0, errorMs ?? Infinity),
        group: before?.group ?? { base: device, lowMs: 0, highMs: 0 },
      });
    }
  }

  /** Largest error bound of a device's clock during the frame; infinite if it was not measured. */
  errorMs(device: string): number {
    return this.groups.get(device)?.errorMs ?? Infinity;
  }

  /** The group of everything on a device that is not moved. */
  groupOf(device: string): ClockGroup {
    return this.groups.get(device)?.group ?? { base: device, lowMs: 0, highMs: 0 };
  }

  /** Error bound of a difference between two devices' times. */
  betweenMs(a: string, b: string): number {
    return a === b ? 0 : this.errorMs(a) + this.errorMs(b);
  }

  /** By how much `a` may shift relative to `b`. */
  shift(a: ClockGroup, b: ClockGroup): Range {
    if (a === b) return { low: 0, high: 0 };
    const errorMs = this.betweenMs(a.base, b.base);
    return { low: a.lowMs - b.highMs - errorMs, high: a.highMs - b.lowMs + errorMs };
  }

  /** The largest possible shift between any two devices of the frame. */
  get widestMs(): number {
    const errors = [...this.groups.values()].map(({ errorMs }) => errorMs).sort((a, b) => b - a);
    return errors.length < 2 ? 0 : (errors[0] ?? 0) + (errors[1] ?? 0);
  }
}
