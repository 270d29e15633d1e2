/** A decimal number without rounding: `digits` divided by 10 to the power of `scale`. */
export interface Decimal {
  readonly digits: bigint;
  /** At least 0. */
  readonly scale: number;
}

/** More digits before or behind the point are refused: no code reads them, and they only fill memory. */
const maxPower = 400;

/** A number in the grammar of JSON; null if its exponent is beyond all floating-point numbers. */
export function decimalOf(json: string): Decimal | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(json) ?? [];
  const power = Number(exponent);
  if (Math.abs(power) > maxPower || whole.length + fraction.length > maxPower) return null;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - power;
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

/** The same numbers with one scale. */
export function aligned(numbers: readonly Decimal[]): { digits: bigint[]; scale: number } {
  const scale = Math.max(...numbers.map((one) => one.scale));
  return { digits: numbers.map((one) => one.digits * 10n ** BigInt(scale - one.scale)), scale };
}

/** In the grammar of JSON, without zeros at its end. @param real whether a whole number is written as 1.0 */
export function decimalText({ digits, scale }: Decimal, real: boolean): string {
  const minus = digits < 0n ? '-' : '';
  const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const whole = all.slice(0, all.length - scale);
  const fraction = all.slice(all.length - scale).replace(/0+$/, '');
  if (fraction !== '') return `${minus}${whole}.${fraction}`;
  return real ? `${minus}${whole}.0` : `${minus}${whole}`;
}
