/** Count, mean, standard deviation, minimum and maximum of a stream of numbers (Welford's method). */
export class Running {
  private count = 0;
  /** Subtracted from every value, so that large values with a small spread keep their precision. */
  private first = 0;
  private average = 0;
  private squares = 0;
  private least = Infinity;
  private greatest = -Infinity;

  add(value: number): void {
    if (this.count === 0) this.first = value;
    this.count += 1;
    const shifted = value - this.first;
    const before = shifted - this.average;
    this.average += before / this.count;
    this.squares += before * (shifted - this.average);
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
  }

  /**
   * Adds everything that another stream has seen (Chan, Golub and LeVeque 1979).
   * @param shift added to each of its values
   */
  merge(other: Running, shift = 0): void {
    if (other.count === 0) return;
    if (this.count === 0) this.first = other.first + shift;
    const total = this.count + other.count;
    const apart = other.average + (other.first + shift - this.first) - this.average;
    this.squares += other.squares + (apart * apart * this.count * other.count) / total;
    this.average += (apart * other.count) / total;
    this.count = total;
    this.least = Math.min(this.least, other.least + shift);
    this.greatest = Math.max(this.greatest, other.greatest + shift);
  }

  get n(): number {
    return this.count;
  }
  /** Null if nothing was added. */
  get mean(): number | null {
    return this.count === 0 ? null : this.first + this.average;
  }
  /** Sample standard deviation (n - 1); null for fewer than two values. */
  get sd(): number | null {
    return this.count < 2 ? null : Math.sqrt(this.squares / (this.count - 1));
  }
  get min(): number | null {
    return this.count === 0 ? null : this.least;
  }
  get max(): number | null {
    return this.count === 0 ? null : this.greatest;
  }
}
