/**
 * Benjamini and Hochberg's correction for multiple tests: of the tests with a result below 0.05, at most 5 % are expected
 * to be false discoveries (`fdr_bh` in statsmodels). Results are in the order of the given p-values.
 */
export function falseDiscovery(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let smallest = 1;
  order.forEach(({ p, at }, place) => {
    smallest = Math.min(smallest, (p * pValues.length) / (pValues.length - place));
    adjusted[at] = smallest;
  });
  return adjusted;
}
