/**
 * Does work for every item, several at once while their costs fit a budget; one item may cost more than all of it. Waits for
 * all that began, then throws the first failure.
 */
export async function eachWithin<T>(
  items: readonly T[],
  { budget, atMost, costOf }: { budget: number; atMost: number; costOf: (item: T) => number },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let spent = 0;
  for (const item of items) {
    const cost = costOf(item);
    while (running.size > 0 && (running.size >= atMost || spent + cost > budget)) await Promise.race(running);
    if (failures.length > 0) break;
    spent += cost;
    const one: Promise<void> = work(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        spent -= cost;
        running.delete(one);
      });
    running.add(one);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
