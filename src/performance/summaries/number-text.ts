/** `1234`, `62.13`, `0.00001234`, `3e-9`: four significant digits, or more for a larger whole number. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000 && size < 1e21) return String(Math.round(value));
  return String(Number(value.toPrecision(4)));
}

/**
 * A value and half of its interval, `62.1 +- 1.2`: half has two significant digits, and the value as many decimals, but at
 * least four significant digits.
 */
export function spreadText(value: number, half: number, between = ' +- '): string {
  if (!(half > 0))
    return `${Number.isInteger(value) ? value : Number(value.toPrecision(12))}${between}${numberText(half)}`;
  const lastDigit = Math.floor(Math.log10(half)) - 1;
  const digits = value === 0 ? 4 : Math.floor(Math.log10(Math.abs(value))) - lastDigit + 1;
  const shown = Math.min(15, Math.max(4, digits));
  const rounded = half >= 100 ? String(Math.round(half)) : String(Number(half.toPrecision(2)));
  const whole = Math.abs(value) >= 1000 && lastDigit >= 0;
  return `${whole ? numberText(value) : String(Number(value.toPrecision(shown)))}${between}${rounded}`;
}
