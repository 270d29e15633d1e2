const [zero, minus, dot] = [48, 45, 46];
/** Micro-units: times and readings of the wrapper have six decimals at most. */
const decimals = 6;
const micro = 10 ** decimals;
/** Whole numbers below are exact in a double, and so few digits say which double is meant. */
const exact = 1e15;

/** Writes numbers and times as JSON has them, digit by digit where that gives the same as String(value). */
export class DigitWriter {
  private readonly reversed = new Uint8Array(20);
  private second = Number.NaN;
  private secondText = '';

  /**
   * @param value finite
   * @param at where to begin; there must be room for 25 bytes
   * @returns where it ends
   */
  number(value: number, into: Buffer, at: number): number {
    let place = at;
    const size = Math.abs(value);
    if (size < exact && Number.isInteger(value)) {
      if (value < 0) into[place++] = minus;
      return this.whole(size, into, place);
    }
    // A decimal of at most 15 digits that rounds to the value is the shortest one, which String gives too.
    const scaled = Math.round(size * micro);
    if (scaled >= exact || scaled / micro !== size) return place + into.write(String(value), place, 'latin1');
    if (value < 0) into[place++] = minus;
    const whole = Math.floor(scaled / micro);
    place = this.whole(whole, into, place);
    into[place++] = dot;
    let rest = scaled - whole * micro;
    let unit = micro / 10;
    while (rest > 0) {
      const digit = Math.floor(rest / unit);
      into[place++] = zero + digit;
      rest -= digit * unit;
      unit /= 10;
    }
    return place;
  }

  /** A time in ISO 8601, which is 24 bytes in our age; those of one second share all but the last digits. */
  time(value: Date, into: Buffer, at: number): number {
    const ms = value.getTime();
    const second = Math.floor(ms / 1000);
    if (second !== this.second) {
      this.secondText = value.toISOString().slice(0, -4);
      this.second = second;
    }
    let place = at + into.write(this.secondText, at, 'latin1');
    const rest = ms - second * 1000;
    into[place++] = zero + Math.floor(rest / 100);
    into[place++] = zero + (Math.floor(rest / 10) % 10);
    into[place++] = zero + (rest % 10);
    into[place++] = 90; // Z
    return place;
  }

  private whole(size: number, into: Buffer, at: number): number {
    const { reversed } = this;
    let place = at;
    let count = 0;
    let left = size;
    // Beyond 32 bits a remainder is slow: two halves are quicker.
    if (left >= 2 ** 31) {
      const high = Math.floor(left / 1e9);
      place = this.whole(high, into, place);
      let low = left - high * 1e9;
      for (let digit = 0; digit < 9; digit++) {
        reversed[digit] = zero + (low % 10);
        low = Math.floor(low / 10);
      }
      for (let digit = 8; digit >= 0; digit--) into[place++] = reversed[digit] ?? zero;
      return place;
    }
    do {
      const rest = (left / 10) | 0;
      reversed[count++] = zero + (left - rest * 10);
      left = rest;
    } while (left > 0);
    while (count > 0) into[place++] = reversed[--count] ?? zero;
    return place;
  }
}
