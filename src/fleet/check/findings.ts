import type { DrillBed, DrillMember, Findings, Measurement } from './drill.js';
import type { Seen } from './views.js';

/** Collects what a drill finds out. */
export class Found implements Findings {
  readonly faults: string[] = [];
  readonly measured: Measurement[] = [];

  /** Notes a fault unless something holds. */
  must(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }

  note(what: string, value: number, unit: Measurement['unit'], member: string | null = null): void {
    this.measured.push({ what, value: Math.round(value * 1000) / 1000, unit, member });
  }

  /**
   * Notes after how many seconds each observer saw something; a fault for each that did not.
   * @param fault of an observer, e.g. `does not see that nano1 failed`
   */
  seen(what: string, observers: readonly { name: string }[], seen: Seen, fault: string): void {
    for (const { name } of observers) {
      const afterS = seen.get(name);
      if (afterS === undefined) this.faults.push(`${name} ${fault}.`);
      else this.note(what, afterS, 's', name);
    }
  }
}

/** The member to do something to: no keeper if there is another, and the last one. */
export function targetOf(bed: DrillBed): { target: DrillMember; others: DrillMember[] } {
  const last = bed.members.filter(({ isKeeper }) => !isKeeper).at(-1) ?? bed.members.at(-1);
  if (last === undefined) throw new RangeError('there are no members');
  return { target: last, others: bed.members.filter(({ id }) => id !== last.id) };
}

/** How long a fleet may take to be whole again: members that are out of contact try every 10 s, one after the other. */
export const wholeWithinS = ({ members, detection }: Pick<DrillBed, 'members' | 'detection'>): number =>
  Math.round(30 + 2 * members.length + detection.boundS);

/** Waits until all see all alive. */
export function untilWhole(bed: DrillBed, fromMs: number, withinS = wholeWithinS(bed)): Promise<Seen> {
  const ids = bed.members.map(({ id }) => id);
  return bed.views.until(bed.members, ids, ['alive'], { fromMs, withinS, signal: bed.signal });
}

/** How often members were called failed since a moment, although none was. */
export function falseFailures(bed: DrillBed, fromMs: number, members = bed.members): string[] {
  const faults = members.flatMap(({ id, name }) =>
    bed.views.changes(id, ['failed'], fromMs).map(({ observer }) => {
      const by = bed.members.find((one) => one.id === observer)?.name ?? observer;
      return `${by} saw ${name} as failed, though it was not.`;
    }),
  );
  return [...new Set(faults)];
}

export const suspicions = (bed: DrillBed, fromMs: number): number =>
  bed.members.reduce((sum, { id }) => sum + bed.views.changes(id, ['suspect'], fromMs).length, 0);

/** Seconds since a moment of `bed.nowMs`. */
export const secondsSince = (bed: Pick<DrillBed, 'nowMs'>, fromMs: number): number =>
  (bed.nowMs() - fromMs) / 1000;
