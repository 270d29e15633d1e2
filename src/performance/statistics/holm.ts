/**
 * Holm's correction for multiple tests (A simple sequentially rejective multiple test procedure, Scandinavian Journal of
 * Statistics 6, 1979): the probability of any false result below 0.05 is at most 5 %, whichever differences are real, and
 * however the tests depend on each other. Results are in the order of the given p-values.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let greatest = 0;
  order.forEach(({ p, at }, place) => {
    greatest = Math.min(1, Math.max(greatest, p * (pValues.length - place)));
    adjusted[at] = greatest;
  });
  return adjusted;
}
