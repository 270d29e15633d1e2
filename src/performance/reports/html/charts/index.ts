/** Charts of the page: static SVG, and data for those that a script draws. */
export { px, ticksTo } from './charts-scale.js';
export { mostLines, outcomeChart } from './outcome-chart.js';
export { chartsOf, seriesData } from './series-data.js';
export { meanOf, partsOfWhole } from './stack-parts.js';
export { stackedChart } from './stacked-chart.js';
