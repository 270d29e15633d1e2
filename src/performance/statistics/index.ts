/** Statistics without dependencies: descriptions, intervals, distributions and rank tests. */
export { describe, type Description } from './describe.js';
export { type Distributed, Distribution, sketchError, ValueBudget } from './distribution.js';
export { stoppedCoverage, type StoppingRule, tightnessOf } from './early-stopping.js';
export { falseDiscovery } from './false-discovery.js';
export { hodgesLehmann } from './hodges-lehmann.js';
export { holm } from './holm.js';
export { mannWhitney } from './mann-whitney.js';
export { normalBothTails, normalCritical } from './normal.js';
export { median } from './quantile.js';
export { rankRatio, ratioOf, testRatio } from './ratio.js';
export { Running } from './running.js';
export { smallestEffect } from './smallest-effect.js';
export { type Interval, meanInterval, tCritical } from './student-t.js';
export { excludedFromEachEnd } from './u-distribution.js';
