const bars = '▁▂▃▄▅▆▇█';

/**
 * Values as bars, the newest on the right, scaled from zero to `top` (default their greatest). A value that was
 * not read is a gap.
 */
export function sparkline(values: readonly (number | null)[], width: number, top?: number): string {
  const shown = values.slice(-width);
  const greatest = top ?? Math.max(0, ...shown.map((value) => value ?? 0));
  const bar = (value: number | null) => {
    if (value === null) return ' ';
    const share = greatest > 0 ? Math.min(1, Math.max(0, value / greatest)) : 0;
    return bars[Math.round(share * (bars.length - 1))] ?? ' ';
  };
  return shown.map(bar).join('').padStart(width);
}
