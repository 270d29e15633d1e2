export { readSeries, type Series } from './read-series.js';
