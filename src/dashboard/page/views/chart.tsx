import type { Reading } from '../../live/index.js';
import { Plot } from '../plot.js';

/** Readings that are further apart than this have a gap between them. */
const gapMs = 60_000;

/** A quantity over time; nothing if there is no reading of it. */
export function Chart(props: {
  title: string;
  unit: string;
  readings: readonly Reading[];
  of: (reading: Reading) => number | null;
  /** Top of the scale; default: what the readings need. */
  top?: number;
}) {
  const { title, unit, readings, of, top } = props;
  const [times, values] = withGaps(readings, of);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const text = (value: number | undefined) => (value ?? 0).toPrecision(3);
  const spoken = `${title}: ${text(Math.min(...known))} to ${text(Math.max(...known))} ${unit}, now ${text(known.at(-1))} ${unit}`;
  const lines = [{ label: title, values }];
  return (
    <Plot title={title} unit={unit} times={times} lines={lines} height={160} top={top} spoken={spoken} />
  );
}

function withGaps(
  readings: readonly Reading[],
  of: (reading: Reading) => number | null,
): [number[], (number | null)[]] {
  const [times, values]: [number[], (number | null)[]] = [[], []];
  let before: number | null = null;
  for (const reading of readings) {
    if (before !== null && reading.timeMs - before > gapMs) {
      times.push((before + 1000) / 1000);
      values.push(null);
    }
    before = reading.timeMs;
    times.push(reading.timeMs / 1000);
    values.push(of(reading));
  }
  return [times, values];
}
