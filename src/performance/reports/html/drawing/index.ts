/** What the code that writes the page and the scripts in it draw alike: numbers, ticks, and markers. Runs in both. */
export { axisTitle, axisUnit, digits, withUnit } from './numbers.js';
export { markerPath, mostLooks } from './markers.js';
export { px, ticksBetween, ticksOver, ticksTo } from './ticks.js';
