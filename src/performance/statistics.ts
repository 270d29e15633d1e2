/** Mean and maximum of numbers that pass by once. */
export class Statistic {
  private count = 0;
  private sum = 0;
  private largest = -Infinity;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value > this.largest) this.largest = value;
  }

  /** Null when nothing was added. */
  get mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
  get max(): number | null {
    return this.count === 0 ? null : this.largest;
  }
}
