/** Charts of the page: static SVG, and data for those that a script draws. Each is a figure that can be saved as a picture. */
export { barKey, figureOf, lineKey } from './figure.js';
export { hatches } from './hatches.js';
export { outcomeChart, varying } from './outcome-chart.js';
export { pointsChart } from './points-chart.js';
export { chartsOf, seriesData } from './series-data.js';
export { meanOf, partsOfWhole } from './stack-parts.js';
export { stackedChart } from './stacked-chart.js';
export { rangeText, valuesOf } from './words.js';
