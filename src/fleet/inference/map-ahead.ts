/** What a function makes of each item, in the order of the items; up to `atOnce` are under way at the same time. */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T>,
  atOnce: number,
  make: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<() => R>[] = [];
  for await (const item of items) {
    underWay.push(settled(make(item)));
    const first = underWay.length < atOnce ? undefined : underWay.shift();
    if (first !== undefined) yield (await first)();
  }
  for (const one of underWay) yield (await one)();
}

/** One that fails throws when its turn comes; until then nobody waits for it, which is no fault. */
function settled<R>(made: Promise<R>): Promise<() => R> {
  return made.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}
