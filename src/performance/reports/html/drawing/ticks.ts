const steps = [1, 2, 2.5, 5, 10];

/** A scale from 0 to at least `greatest`, with three to seven round ticks. */
export function ticksTo(greatest: number): readonly number[] {
  return ticksOver(0, greatest);
}

/** A scale of round ticks over 0 and all values from `least` to `greatest`. */
export function ticksOver(least: number, greatest: number): readonly number[] {
  const reach = Math.max(-least, greatest);
  if (!(reach > 0)) return [0, 1];
  const step = stepOf(reach / 5, 0.999);
  const below = Math.ceil(Math.max(0, -least) / step - 1e-9);
  const above = Math.ceil(Math.max(0, greatest) / step - 1e-9);
  return Array.from({ length: below + above + 1 }, (_, at) => Number(((at - below) * step).toPrecision(12)));
}

/** The round numbers between two values, about `count` of them. */
export function ticksBetween(from: number, until: number, count: number): readonly number[] {
  const step = stepOf((until - from) / count, 1);
  const first = Math.ceil(from / step);
  const number = Math.max(0, Math.floor(until / step) - first + 1);
  return Array.from({ length: number }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** For coordinates: a tenth of a pixel is enough. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function stepOf(rough: number, slack: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return (steps.find((one) => one * power >= rough * slack) ?? 10) * power;
}
