const steps = [1, 2, 2.5, 5, 10];
/** A scale with a wider range has ticks at 1, 2, and 5 times powers of ten. */
const widest = 5;

/** Round ticks of a logarithmic scale that covers 1 and everything between two ratios above 0; 1 is among them. */
export function ratioTicks(least: number, greatest: number): number[] {
  // Even equal runs have a range to show.
  const [low, high] = [Math.min(least, 1 / 1.02), Math.max(greatest, 1.02)];
  return high / low > widest ? decades(low, high) : evenly(low, high);
}

function evenly(low: number, high: number): number[] {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (steps.find((one) => one * power >= rough * 0.999) ?? 10) * power;
  // Counted from 1, which is always a tick.
  const [below, above] = [Math.ceil((1 - low) / step - 1e-9), Math.ceil((high - 1) / step - 1e-9)];
  const ticks = Array.from({ length: below + above + 1 }, (_, at) => round(1 + (at - below) * step));
  return ticks[0] !== undefined && ticks[0] > 0 ? ticks : [round(low), ...ticks.filter((one) => one > low)];
}

function decades(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, at) => 10 ** (from + at));
  const all = powers.flatMap((power) => [1, 2, 5].map((one) => round(one * power)));
  const first = all.findLastIndex((one) => one <= low);
  const last = all.findIndex((one) => one >= high);
  const within = all.slice(first, last + 1);
  // Over many powers of ten there is room for these only.
  return within.length <= 10
    ? within
    : within.filter((one, at) => at === 0 || at === within.length - 1 || isPower(one));
}

const isPower = (value: number) => Number.isInteger(round(Math.log10(value)));

function round(value: number): number {
  return Number(value.toPrecision(12));
}
