const letters = 36;
const endLength = 6;

/** `20261202-093000-k3x9q0`: sorts by time, and its end tells jobs of the same second apart. */
export function newJobId(now: Date, random: () => number): string {
  const digits = now.toISOString().replace(/[-:]/g, '');
  const end = Math.floor(random() * letters ** endLength)
    .toString(letters)
    .padStart(endLength, '0');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${end}`;
}
