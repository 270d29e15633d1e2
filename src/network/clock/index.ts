export { ClockKeeper } from './clock-keeper.js';
export { measureClockOffset, ownClock } from './clock-line.js';
