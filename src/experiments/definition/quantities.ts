/**
 * Sizes as people write them in experiment.yaml. `GB` is decimal (10^9 bytes), `GiB` binary (2^30 bytes).
 */
export const sizePattern = /^(>= ?)?\d+(\.\d+)? ?(B|[kKMGT]B|[KMGT]iB)$/;
export const coresPattern = /^(>= ?)?\d+$/;

const powerOf: Record<string, number> = { B: 0, K: 1, M: 2, G: 3, T: 4 };

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
