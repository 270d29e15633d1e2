/** Three digits that count, and bytes in the unit that their size asks for. */
export function withUnit(value: number, unit: string): string {
  if (!unit.startsWith('bytes'))
    return unit === '' || unit === 'count' ? short(value) : `${short(value)} ${unit}`;
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3)));
  return `${short(value / 1000 ** power)} ${names[power]}${unit.slice(5)}`;
}

function short(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
