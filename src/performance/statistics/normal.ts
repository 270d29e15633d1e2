/**
 * Two-sided tail probability of the normal distribution beyond +-z: erfc(|z| / sqrt 2), by its series below 2 and its
 * continued fraction above.
 */
export function normalBothTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let tail = 0;
  for (let n = 200; n >= 1; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + tail));
}

/** The z with a two-sided tail probability of `share`: 1.96 for 0.05. */
export function normalCritical(share: number): number {
  let low = 0;
  let high = 40;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (normalBothTails(middle) > share) low = middle;
    else high = middle;
  }
}
