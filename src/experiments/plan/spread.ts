/** One role instance to place. */
export interface Wish {
  /** Indexes of the devices that it fits, never empty. */
  fits: readonly number[];
  /** Its device plays nothing else. */
  alone: boolean;
}

/** The search for devices for those that want one alone ends after so many steps. */
const mostSteps = 50_000;

/**
 * A device for every wish, as separate as possible: as many as possible get their own device, then the rest share, two on a
 * device, then three. Those that want one alone are never shared with.
 * @returns null if no devices were found for those
 */
export function spread(wishes: readonly Wish[], deviceCount: number): number[] | null {
  const alone = wishes.flatMap(({ alone: own }, index) => (own ? [index] : []));
  if (alone.length === 0) return spreadShared(fitsOf(wishes), deviceCount);
  return spreadOwn(wishes, alone, deviceCount) ?? searchAlone(wishes, alone, deviceCount);
}

/** A device of its own for every wish; null if there are too few. */
function spreadOwn(wishes: readonly Wish[], alone: readonly number[], deviceCount: number): number[] | null {
  const matching = new Matching(fitsOf(wishes), noneYet(wishes), deviceCount);
  const shared = wishes.flatMap((wish, index) => (wish.alone ? [] : [index]));
  return [...alone, ...shared].every((index) => matching.settle(index, 1)) ? matching.chosen : null;
}

/** Tries devices for those that want one alone, and keeps the choice that leaves the others the most room. */
function searchAlone(
  wishes: readonly Wish[],
  alone: readonly number[],
  deviceCount: number,
): number[] | null {
  const found: { chosen: number[] | null; most: number } = { chosen: null, most: Infinity };
  const chosen = noneYet(wishes);
  let steps = 0;
  const choose = (at: number): void => {
    steps += 1;
    if (steps > mostSteps || found.most === 1) return;
    const index = alone[at];
    if (index === undefined) {
      keepBetter();
      return;
    }
    const { fits } = wishes[index] ?? { fits: [] };
    const before = alone[at - 1] ?? -1;
    // Instances of one role are alike: the order of their devices makes no difference.
    const after = wishes[before]?.fits === fits ? (chosen[before] ?? -1) : -1;
    for (const device of fits) {
      if (device <= after || chosen.includes(device)) continue;
      chosen[index] = device;
      choose(at + 1);
      chosen[index] = -1;
    }
  };
  const keepBetter = (): void => {
    const shared = wishes.filter((wish) => !wish.alone);
    const left = shared.map(({ fits }) => fits.filter((device) => !chosen.includes(device)));
    if (left.some((fits) => fits.length === 0)) return;
    const places = spreadShared(left, deviceCount);
    const most = Math.max(1, ...counts(places));
    if (most >= found.most) return;
    found.most = most;
    found.chosen = wishes.map((wish, index) => (wish.alone ? (chosen[index] ?? -1) : (places.shift() ?? -1)));
  };
  choose(0);
  return found.chosen;
}

const fitsOf = (wishes: readonly Wish[]) => wishes.map(({ fits }) => fits);
const noneYet = (wishes: readonly unknown[]) => wishes.map(() => -1);

function counts(places: readonly number[]): number[] {
  const found = new Map<number, number>();
  for (const device of places) found.set(device, (found.get(device) ?? 0) + 1);
  return [...found.values()];
}

function spreadShared(fits: readonly (readonly number[])[], deviceCount: number): number[] {
  const matching = new Matching(
    fits,
    fits.map(() => -1),
    deviceCount,
  );
  let waiting = fits.map((_, instance) => instance);
  for (let capacity = 1; waiting.length > 0; capacity++) {
    waiting = waiting.filter((instance) => !matching.settle(instance, capacity));
  }
  return matching.chosen;
}

/**
 * Gives further instances a device of their own each, as long as there is one; others may move to another device for it.
 * @param more lists of fitting devices, in turn: each list that gets nothing is left out from then on
 * @returns the devices of the first instances, and how many each list got, with their devices
 */
export function addOwn(
  wishes: readonly Wish[],
  chosen: readonly number[],
  more: readonly { fits: readonly number[]; most: number }[],
  deviceCount: number,
): { chosen: number[]; added: number[][] } {
  const fits = wishes.map((wish) => wish.fits);
  const matching = new Matching(fits, [...chosen], deviceCount);
  const added = more.map((): number[] => []);
  let open = more.map((_, index) => index);
  while (open.length > 0) {
    open = open.filter((index) => {
      const { fits: own = [], most = 0 } = more[index] ?? {};
      const instances = added[index] ?? [];
      if (instances.length >= most) return false;
      const instance = matching.add(own);
      if (!matching.settle(instance, 1)) return false;
      instances.push(instance);
      return true;
    });
  }
  const at = (instance: number) => matching.chosen[instance] ?? -1;
  return { chosen: wishes.map((_, instance) => at(instance)), added: added.map((own) => own.map(at)) };
}

/** Bipartite matching by augmenting paths: an instance may displace another that finds a different device. */
class Matching {
  private readonly fits: (readonly number[])[];
  private readonly onDevice: number[][];

  /** @param chosen device of each instance, -1 for none yet */
  constructor(
    fits: readonly (readonly number[])[],
    readonly chosen: number[],
    deviceCount: number,
  ) {
    this.fits = [...fits];
    this.onDevice = Array.from({ length: deviceCount }, (_, device) =>
      chosen.flatMap((one, instance) => (one === device ? [instance] : [])),
    );
  }

  add(fits: readonly number[]): number {
    this.fits.push(fits);
    return this.chosen.push(-1) - 1;
  }

  /** Finds a device that then has no more than `capacity` instances. */
  settle(instance: number, capacity: number, seen = new Set<number>()): boolean {
    const candidates = this.fits[instance] ?? [];
    const free = candidates.find((device) => (this.onDevice[device]?.length ?? 0) < capacity);
    if (free !== undefined) {
      this.move(instance, free);
      return true;
    }
    for (const device of candidates) {
      const there = this.onDevice[device] ?? [];
      if (seen.has(device) || there.length > capacity) continue;
      seen.add(device);
      for (const other of there) {
        if (!this.settle(other, capacity, seen)) continue;
        this.move(instance, device);
        return true;
      }
    }
    return false;
  }

  private move(instance: number, device: number): void {
    const before = this.chosen[instance] ?? -1;
    if (before >= 0)
      this.onDevice[before] = (this.onDevice[before] ?? []).filter((other) => other !== instance);
    this.chosen[instance] = device;
    this.onDevice[device]?.push(instance);
  }
}
