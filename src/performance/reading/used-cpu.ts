/** Above this number of readings, every second one is forgotten. */
const mostPoints = 2048;

/** CPU time of a role over time, from its samples in order, in little memory no matter how many there are. */
export class UsedCpu {
  private atS: number[] = [];
  private usedS: number[] = [];
  private every = 1;
  private seen = 0;
  private lastS = Number.NaN;
  private sumS = 0;

  /** @param percent of one core since the previous reading; NaN for a sample without it, which the first one always is */
  add(monotonicS: number, percent: number): void {
    if (Number.isNaN(percent)) {
      if (this.atS.length > 0) return;
    } else this.sumS += (percent / 100) * (monotonicS - this.lastS);
    this.lastS = monotonicS;
    if (this.seen++ % this.every !== 0) return;
    this.atS.push(monotonicS);
    this.usedS.push(this.sumS);
    if (this.atS.length < mostPoints) return;
    this.atS = this.atS.filter((_, index) => index % 2 === 0);
    this.usedS = this.usedS.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }

  /** CPU seconds between two moments, with straight lines between the readings; null without two readings. */
  between(fromS: number, untilS: number): number | null {
    if (this.seen < 2) return null;
    return this.until(untilS) - this.until(fromS);
  }

  private until(atS: number): number {
    const [times, used] = [this.atS, this.usedS];
    if (atS >= this.lastS) return this.sumS;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? Infinity) <= atS) low = middle + 1;
      else high = middle;
    }
    const [fromS, fromUsed] = [times[low - 1], used[low - 1]];
    if (fromS === undefined || fromUsed === undefined) return 0;
    const toS = times[low] ?? this.lastS;
    const toUsed = used[low] ?? this.sumS;
    return toS === fromS ? fromUsed : fromUsed + ((toUsed - fromUsed) * (atS - fromS)) / (toS - fromS);
  }
}
