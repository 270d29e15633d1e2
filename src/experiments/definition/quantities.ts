/**
 * Durations and sizes as people write them in experiment.yaml. A duration always has its unit; `GB` is decimal
 * (10^9 bytes), `GiB` binary (2^30 bytes).
 */
export const durationPattern = /^\d+(\.\d+)? ?(ms|s|m|min|h)$/;
export const sizePattern = /^(>= ?)?\d+(\.\d+)? ?(B|[kKMGT]B|[KMGT]iB)$/;
export const coresPattern = /^(>= ?)?\d+$/;

const secondsOf: Record<string, number> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };
const powerOf: Record<string, number> = { B: 0, K: 1, M: 2, G: 3, T: 4 };

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

/** `>= 1 GB`, `512 MiB` in whole bytes; null if the text is not a size. */
export function parseSizeBytes(text: string): number | null {
  if (!sizePattern.test(text)) return null;
  const plain = withoutAtLeast(text);
  const unit = /[A-Za-z]+$/.exec(plain)?.[0] ?? 'B';
  const power = powerOf[unit.charAt(0).toUpperCase()];
  if (power === undefined) return null;
  return Math.round(Number.parseFloat(plain) * (unit.includes('i') ? 1024 : 1000) ** power);
}

/** `>= 2` or `2` as a number of cores; null when the text is none. */
export function parseCores(text: string): number | null {
  return coresPattern.test(text) ? Number.parseInt(withoutAtLeast(text), 10) : null;
}

function withoutAtLeast(text: string): string {
  return text.replace(/^>= ?/, '');
}

/** Bytes for people, decimal: `1.0 GB`, `512.0 MB`. */
export function formatBytes(bytes: number, decimals = 1): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const number = bytes / 1000 ** power;
  return `${power === 0 ? String(bytes) : number.toFixed(decimals)} ${units[power] ?? 'B'}`;
}
