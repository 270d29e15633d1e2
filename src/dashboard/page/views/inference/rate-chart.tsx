import { nowMs } from '../../connection.js';
import { joined, Plot } from '../../plot.js';
import type { ModelRate } from './inference.js';

/** Completions per second of each model over time. */
export function RateChart({ models }: { models: readonly ModelRate[] }) {
  const shown = models.map(overStretches).filter(({ completions }) => completions.length > 0);
  if (shown.length === 0) return null;
  const { times, lines } = joined(
    shown.map(({ model, since, stretch_s: stretch, completions }) => ({
      label: model,
      times: completions.map((_, at) => Math.round(Date.parse(since) / 1000 + (at + 0.5) * stretch)),
      values: completions.map((count) => count / stretch),
    })),
  );
  const spoken = shown
    .map(({ model, per_s: rate }) => `${model}: ${rate.toFixed(1)} per second since its start`)
    .join('; ');
  return (
    <Plot
      title="Completed queries over time"
      unit="queries per second"
      times={times}
      lines={lines}
      height={220}
      spoken={spoken}
    />
  );
}

/** Without the stretch of time that is not over yet: its rate would be too low. */
function overStretches(rate: ModelRate): ModelRate {
  const { since, stretch_s: stretch, completions, live } = rate;
  const over = Math.floor((nowMs.peek() - Date.parse(since)) / 1000 / stretch);
  return live ? { ...rate, completions: completions.slice(0, Math.max(0, over)) } : rate;
}
