import { durationText, plainText, type RunOverview, type Validity } from '../../index.js';

/** Which run this is, how it went, and whether its numbers can be trusted. */
export function overviewText(
  run: RunOverview,
  placement: readonly { role: string; rank: number; device: string; network?: 'host' | undefined }[],
  { verdict, findings }: Validity,
): string {
  const took = run.seconds === null ? '' : `, took ${durationText(run.seconds)}`;
  const started = run.started_at?.slice(0, 19).replace('T', ' ') ?? 'at an unknown time';
  const lines = [
    `${run.experiment}  ${run.run_id}`,
    `${run.state}, started ${started} UTC${took}, ${run.trials.complete} of ${run.trials.all} trials complete`,
    placement
      .map(
        ({ role, rank, device, network }) =>
          `${role}-${rank} on ${device}${network === undefined ? '' : ' (in its network)'}`,
      )
      .join(', '),
    `Verdict: ${verdict}`,
    ...findings.map(({ level, check, text }) => `  ${level === 'doubt' ? '!' : '-'} ${check}: ${text}`),
  ];
  return lines.map(plainText).join('\n');
}
