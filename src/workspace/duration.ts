/** Durations as people write them in experiment.yaml and fleet.yaml: always with a unit. */
export const durationPattern = /^\d+(\.\d+)? ?(ms|s|m|min|h)$/;

const secondsOf: Record<string, number> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };

/** `100 ms`, `2m`, `1.5 h` in seconds; null when the text is no duration. */
export function parseDurationS(text: string): number | null {
  if (!durationPattern.test(text)) return null;
  const unit = /[a-z]+$/.exec(text)?.[0] ?? '';
  const factor = secondsOf[unit];
  if (factor === undefined) return null;
  const number = Number.parseFloat(text);
  return unit === 'ms' ? number / 1000 : number * factor;
}

const words: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/, 0.001],
  [/^(?:s|secs?|seconds?)$/, 1],
  [/^(?:m|mins?|minutes?)$/, 60],
  [/^(?:h|hrs?|hours?)$/, 3600],
  [/^(?:d|days?)$/, 86_400],
];
const unitsMs = [
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
  [1, 'ms'],
] as const;

/** How a duration is written that someone wrote otherwise: `90m` for `1h30m` and `1:30:00`; null if the text is none. */
export function durationInstead(text: string): string | null {
  const clock = /^(\d{1,3}):([0-5]\d):([0-5]\d)$/.exec(text);
  const parts = clock
    ? [3600, 60, 1].map((seconds, at) => Number(clock[at + 1]) * seconds)
    : /^(?:\d+(?:\.\d+)? *[a-z]+[ ,]*)+$/i.test(text)
      ? [...text.toLowerCase().matchAll(/(\d+(?:\.\d+)?) *([a-z]+)/g)].map(
          ([, number, unit = '']) =>
            Number(number) * (words.find(([form]) => form.test(unit))?.[1] ?? Number.NaN),
        )
      : [Number.NaN];
  const wholeMs = Math.round(parts.reduce((sum, seconds) => sum + seconds, 0) * 1000);
  const unit = unitsMs.find(([ms]) => wholeMs % ms === 0);
  return Number.isNaN(wholeMs) || unit === undefined ? null : `${wholeMs / unit[0]}${unit[1]}`;
}
