/** Number of runs that a chart tells apart. */
export const mostLooks = 8;

/** The corners of each marker around 0, for a radius of 1, as x and y in turn. The circle has none. */
const outlines = [
  '',
  '-0.9 -0.9 0.9 -0.9 0.9 0.9 -0.9 0.9',
  '0 -1.2 1.15 0.85 -1.15 0.85',
  '0 -1.35 1.35 0 0 1.35 -1.35 0',
  '0 1.2 1.15 -0.85 -1.15 -0.85',
  '-0.4 -1.3 0.4 -1.3 0.4 -0.4 1.3 -0.4 1.3 0.4 0.4 0.4 0.4 1.3 -0.4 1.3 -0.4 0.4 -1.3 0.4 -1.3 -0.4 -0.4 -0.4',
  '-1.2 -0.7 -0.7 -1.2 0 -0.5 0.7 -1.2 1.2 -0.7 0.5 0 1.2 0.7 0.7 1.2 0 0.5 -0.7 1.2 -1.2 0.7 -0.5 0',
  '-1.1 -1.1 1.1 -1.1 -1.1 1.1 1.1 1.1',
].map((corners) => corners.split(' ').filter(Boolean).map(Number));

/** The marker of a run as the `d` of an SVG path: runs differ by shape, not only by color, also in grey print. */
export function markerPath(series: number, x: number, y: number, radius: number): string {
  const corners = outlines[series % mostLooks] ?? [];
  const at = (value: number) => String(Math.round(value * 10) / 10);
  if (corners.length === 0) {
    const arc = `a${at(radius)} ${at(radius)} 0 1 0`;
    return `M${at(x - radius)} ${at(y)}${arc} ${at(2 * radius)} 0${arc} ${at(-2 * radius)} 0z`;
  }
  return `M${corners.map((corner, index) => at((index % 2 === 0 ? x : y) + corner * radius)).join(' ')}z`;
}
