/** Figures in words, as on the command line. */

/** A duration in one unit. */
export function ageText(ms: number | null): string {
  if (ms === null) return 'never';
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 99.5 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes with three digits, in powers of 1000. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit] ?? ''}`;
}

// To make one costs far more than to use it.
const clock = new Intl.DateTimeFormat([], {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat();

/** A time of day in this browser's zone, with the date if it is of another day. */
export function timeText(ms: number, nowMs: number): string {
  const [time, now] = [new Date(ms), new Date(nowMs)];
  const isToday = time.toDateString() === now.toDateString();
  return isToday ? clock.format(time) : `${date.format(time)} ${clock.format(time)}`;
}

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** How long something took, in seconds up to 100 s; empty if that is not known. */
export const tookText = (seconds: number | null): string =>
  seconds === null ? '' : seconds < 99.95 ? `${seconds.toFixed(1)} s` : ageText(seconds * 1000);
