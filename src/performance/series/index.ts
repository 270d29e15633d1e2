/** Sampled metrics over time, reduced to a number of points that a chart can show. */
export { readSeries, type Series } from './read-series.js';
