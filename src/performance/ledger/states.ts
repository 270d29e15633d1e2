import type { Moment, State } from './moments.js';
import { type Part, parts } from './part.js';

/** The state after each moment, in the same order. A moment belongs to the first in `parts` of its open spans. */
export function statesOf(moments: readonly Moment[]): State[] {
  const following = followingOf(moments);
  const hasWhole = moments.some(({ part }) => part === 'whole');
  const open = new OpenSpans();
  let from: Moment | null = null;
  let inside = false;
  return moments.map((moment, index): State => {
    open.see(moment);
    if (moment.part !== 'busy') {
      from = moment;
      inside = hasWhole ? (moment.part === 'whole' ? moment.kind === 'start' : inside) : true;
    }
    const to = following[index] ?? null;
    if (!inside || to === null) return { ...outside, from, to };
    const { workers, computing } = open;
    const part = parts.find((one) => open.has(one));
    if (part !== undefined) return { part, gap: null, from, to, workers, computing };
    const gap = from !== null && isWire(from, to, open) ? 'wire' : 'idle';
    return { part: open.isBusy(to.instance) ? 'queue' : gap, gap, from, to, workers, computing };
  });
}

const outside: State = { part: null, gap: null, from: null, to: null, workers: 0, computing: [] };

/** For each moment the next one that belongs to the frame. */
function followingOf(moments: readonly Moment[]): (Moment | null)[] {
  const following: (Moment | null)[] = [];
  let next: Moment | null = null;
  for (let index = moments.length - 1; index >= 0; index -= 1) {
    following[index] = next;
    const moment = moments[index];
    if (moment !== undefined && moment.part !== 'busy') next = moment;
  }
  return following;
}

function isWire(from: Moment, to: Moment, open: OpenSpans): boolean {
  return from.instance !== to.instance || open.isCalling(from.instance);
}

/** Counts what is open, by part and instance. */
class OpenSpans {
  private readonly counts = new Map<Part, number>();
  private readonly byInstance = {
    compute: new Counter(),
    work: new Counter(),
    call: new Counter(),
    busy: new Counter(),
  };

  see({ kind, part, instance }: Moment): void {
    if (kind === 'mark' || part === 'whole') return;
    const by = kind === 'start' ? 1 : -1;
    if (part === 'call' || part === 'busy') {
      this.byInstance[part].add(instance, by);
      return;
    }
    this.counts.set(part, (this.counts.get(part) ?? 0) + by);
    if (part === 'compute') this.byInstance.compute.add(instance, by);
    if (part === 'compute' || part === 'serialize') this.byInstance.work.add(instance, by);
  }

  has(part: Part): boolean {
    return (this.counts.get(part) ?? 0) > 0;
  }
  isBusy(instance: string): boolean {
    return this.byInstance.busy.has(instance);
  }
  isCalling(instance: string): boolean {
    return this.byInstance.call.has(instance);
  }
  get workers(): number {
    return this.byInstance.work.instances.length;
  }
  get computing(): readonly string[] {
    return this.byInstance.compute.instances;
  }
}

class Counter {
  private readonly counts = new Map<string, number>();

  add(instance: string, by: number): void {
    const count = (this.counts.get(instance) ?? 0) + by;
    if (count === 0) this.counts.delete(instance);
    else this.counts.set(instance, count);
  }
  has(instance: string): boolean {
    return this.counts.has(instance);
  }
  get instances(): readonly string[] {
    return [...this.counts.keys()];
  }
}
