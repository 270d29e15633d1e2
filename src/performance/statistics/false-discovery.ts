/**
 * Benjamini and Hochberg's correction for many tests at once: of the tests whose result lies below 0.05, at most 5 % are
 * expected to be wrong (numpy users know it as statsmodels' fdr_bh). In the order of the p-values given.
 */
export function falseDiscovery(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 1;
  order.forEach(({ p, at }, place) => {
    least = Math.min(least, (p * pValues.length) / (pValues.length - place));
    adjusted[at] = least;
  });
  return adjusted;
}
