/** Four significant digits, with thin spaces between thousands. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-6)) return value.toExponential(2).replaceAll('-', '−');
  const rounded = size >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
  const text = Math.abs(rounded) < 1e-6 ? String(rounded) : plain(rounded);
  return text.replace('-', '−');
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

/** The unit at the end of a quantity's name: ms for `total_ms`. */
export function unitOf(quantity: string): string {
  const unit = /_([a-z]+)$/.exec(quantity)?.[1] ?? '';
  const shown: Readonly<Record<string, string>> = {
    percent: '%',
    w: 'W',
    mw: 'mW',
    j: 'J',
    mj: 'mJ',
    c: '°C',
    hz: 'Hz',
    mhz: 'MHz',
  };
  return shown[unit] ?? unit;
}

function plain(value: number): string {
  const [whole = '', part] = value.toFixed(Math.max(0, 6)).split('.');
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
  const rest = (part ?? '').replace(/0+$/, '');
  return rest === '' ? thousands : `${thousands}.${rest}`;
}
