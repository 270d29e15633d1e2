import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { colorsOf } from './colors.js';

/** One line of a chart. Lines differ in their dashes, not only in their color. */
export interface PlottedLine {
  readonly label: string;
  /** A value for each time; null where there is none. */
  readonly values: readonly (number | null | undefined)[];
}

const looks = [
  { color: '--accent', dash: [] },
  { color: '--doubtful', dash: [6, 4] },
  { color: '--good', dash: [2, 3] },
  { color: '--bad', dash: [8, 3, 2, 3] },
];

/** Quantities over time. */
export function Plot(props: {
  title: string;
  /** Of the axis. */
  unit: string;
  /** Seconds since 1970. */
  times: readonly number[];
  lines: readonly PlottedLine[];
  height: number;
  /** Top of the scale; default: what the values need. */
  top?: number | undefined;
  /** What it shows, in words. */
  spoken: string;
}) {
  const { title, unit, times, lines, height, top, spoken } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const labels = lines.map(({ label }) => label);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const color = colorsOf(element);
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        scales: { y: { range: (_, least, most) => [Math.min(0, least), top ?? Math.max(1, most * 1.1)] } },
        axes: [
          { ...axis, space: 70, values: (_, splits) => splits.map(clockText) },
          { ...axis, label: unit, labelSize: 20, size: 50 },
        ],
        series: [
          {},
          ...labels.map((label, at) => {
            const look = looks[at % looks.length];
            return { label, stroke: color(look?.color ?? ''), dash: look?.dash ?? [], width: 1.5 };
          }),
        ],
        legend: { show: labels.length > 1 },
      },
      data,
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [labels.join('\n')]);
  useEffect(() => plot.current?.setData(data), [times.length, times.at(-1), lines]);
  return (
    <figure>
      <figcaption>
        {title} ({unit})
      </figcaption>
      <div ref={box} role="img" aria-label={spoken} />
    </figure>
  );
}

const clockText = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Several lines, each with its own times, on one axis of time; a line has no value where it has no time. */
export function joined(
  lines: readonly { label: string; times: readonly number[]; values: readonly number[] }[],
): { times: readonly number[]; lines: readonly PlottedLine[] } {
  if (lines.length === 0) return { times: [], lines: [] };
  const [times, ...values] = uPlot.join(
    lines.map((line) => [[...line.times], [...line.values]] as uPlot.AlignedData),
  );
  return {
    times: times as number[],
    lines: lines.map(({ label }, at) => ({ label, values: (values[at] ?? []) as (number | null)[] })),
  };
}
