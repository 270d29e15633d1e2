/**
 * Four significant digits, with thin spaces between thousands.
 * @param within what the value is uncertain by, or differs by from the value beside it: shown to a tenth of that
 */
export function digits(value: number, within?: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const precision =
    within === undefined || !(within > 0) || size === 0
      ? 4
      : Math.min(15, Math.max(4, Math.floor(Math.log10(size)) - Math.floor(Math.log10(within)) + 2));
  if (size >= 1e15 || (size > 0 && size < 1e-6))
    return Number(value.toPrecision(precision)).toExponential().replaceAll('-', '−');
  const whole = size >= 1000 && precision === 4;
  const rounded = whole ? Math.round(value) : Number(value.toPrecision(precision));
  return plain(rounded).replace('-', '−');
}

/** A value with its unit; bytes as kB, MB or GB depending on their size. */
export function withUnit(value: number, unit: string): string {
  if (unit === 'bytes' || unit === 'bytes/s') {
    const names = ['B', 'kB', 'MB', 'GB', 'TB'];
    const power = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3)));
    return `${digits(value / 1000 ** power)} ${names[power] ?? ''}${unit === 'bytes/s' ? '/s' : ''}`;
  }
  return unit === '' || unit === 'count' ? digits(value) : `${digits(value)} ${unit}`;
}

/** `split=0, codec=raw` */
export function labelOf(parameters: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return values.length === 0 ? 'all repeats' : values.join(', ');
}

function plain(value: number): string {
  const [whole = '', part] = String(value).split('.');
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
  return part === undefined ? thousands : `${thousands}.${part}`;
}
