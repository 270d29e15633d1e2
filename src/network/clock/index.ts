/** Measures the offset and drift of devices' clocks. */
export { ClockKeeper } from './clock-keeper.js';
export { measureClockOffset } from './clock-line.js';
export { ownClock } from './controller-clock.js';
