const byteNames = ['B', 'kB', 'MB', 'GB', 'TB'];
const shownUnits: Readonly<Record<string, string>> = { count: '', C: '°C' };

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
  const { name, by } = axisUnit(unit, value);
  return name === '' ? digits(value) : `${digits(value / by)} ${name}`;
}

/** The unit of an axis whose values go up to `greatest`, and what they are divided by: kB, MB or GB for bytes. */
export function axisUnit(unit: string, greatest: number): { name: string; by: number } {
  if (unit !== 'bytes' && unit !== 'bytes/s') return { name: shownUnits[unit] ?? unit, by: 1 };
  const power = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(Math.abs(greatest), 1)) / 3)));
  return { name: `${byteNames[power] ?? ''}${unit.slice('bytes'.length)}`, by: 1000 ** power };
}

/** The title of an axis: `total (ms)`. */
export function axisTitle(words: string, unit: string): string {
  return unit === '' ? words : `${words} (${unit})`;
}

function plain(value: number): string {
  const [whole = '', part] = String(value).split('.');
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
  return part === undefined ? thousands : `${thousands}.${part}`;
}
