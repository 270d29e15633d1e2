import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { colorsOf } from '../colors.js';
import type { ModelRate } from './inference.js';

const dashes = [[], [6, 4], [2, 3], [8, 3, 2, 3]];
const colors = ['--accent', '--doubtful', '--good', '--bad'];

/** Completions per second of each model over time. Lines differ in their dashes, not only in their color. */
export function RateChart({ models }: { models: readonly ModelRate[] }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = models.filter(({ completions }) => completions.length > 0);
  const names = shown.map(({ model }) => model).join(' ');
  const data = dataOf(shown);
  useEffect(() => {
    const element = box.current;
    if (element === null || shown.length === 0) return undefined;
    const color = colorsOf(element);
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 } };
    const clock = (seconds: number) =>
      new Date(seconds * 1000).toLocaleTimeString([], {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      });
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: 220,
        scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
        axes: [
          { ...axis, space: 90, values: (_, splits) => splits.map(clock) },
          { ...axis, label: 'queries per second', labelSize: 20, size: 50 },
        ],
        series: [
          {},
          ...shown.map(({ model }, at) => ({
            label: model,
            stroke: color(colors[at % colors.length] ?? ''),
            dash: dashes[at % dashes.length] ?? [],
            width: 2,
          })),
        ],
      },
      data,
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: 220 }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names]);
  useEffect(() => plot.current?.setData(data), [models]);
  if (shown.length === 0) return null;
  const spoken = shown
    .map(({ model, per_s: rate }) => `${model}: ${rate.toFixed(1)} per second since its start`)
    .join('; ');
  return (
    <figure>
      <figcaption>Completed queries per second over time</figcaption>
      <div ref={box} role="img" aria-label={spoken} />
    </figure>
  );
}

/** All models on one axis of time; where a model had not begun or has ended, it has no value. */
function dataOf(models: readonly ModelRate[]): uPlot.AlignedData {
  return uPlot.join(
    models.map(({ since, stretch_s: stretch, completions }) => [
      completions.map((_, at) => Math.round(Date.parse(since) / 1000 + (at + 0.5) * stretch)),
      completions.map((count) => count / stretch),
    ]),
  );
}
