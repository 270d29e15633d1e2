/** Measures the offset and drift of devices' clocks. */
export { ClockKeeper } from './clock-keeper.js';
export { measureClockOffset, ownClock } from './clock-line.js';
