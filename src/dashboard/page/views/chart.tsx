import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { colorsOf } from '../colors.js';

/** Readings of one member at one time, as the server keeps them. */
export interface Reading {
  readonly timeMs: number;
  readonly cpuPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
}

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
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = withGaps(readings, of);
  const values = data[1].filter((value) => value !== null);
  const isEmpty = values.length === 0;
  useEffect(() => {
    const element = box.current;
    if (element === null || isEmpty) return undefined;
    const color = colorsOf(element);
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 } };
    const clock = (seconds: number) =>
      new Date(seconds * 1000).toLocaleTimeString([], {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      });
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: 160,
        scales: { y: { range: (_, least, most) => [Math.min(0, least), top ?? Math.max(1, most * 1.1)] } },
        axes: [
          { ...axis, space: 70, values: (_, splits) => splits.map(clock) },
          { ...axis, label: unit, labelSize: 20, size: 44 },
        ],
        series: [
          {},
          {
            label: title,
            stroke: color('--accent'),
            width: 1.5,
            points: { show: values.length < 3 },
          },
        ],
        legend: { show: false },
      },
      data,
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: 160 }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [isEmpty]);
  useEffect(() => plot.current?.setData(data), [readings]);
  if (isEmpty) return null;
  const last = values.at(-1);
  const spoken = `${title}: ${Math.min(...values).toPrecision(3)} to ${Math.max(...values).toPrecision(3)} ${unit}, now ${(last ?? 0).toPrecision(3)} ${unit}`;
  return (
    <figure>
      <figcaption>
        {title} ({unit})
      </figcaption>
      <div ref={box} role="img" aria-label={spoken} />
    </figure>
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
