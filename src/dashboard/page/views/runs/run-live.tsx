import type { LiveRunState } from './live-run.js';
import type { LiveLine, LiveRoleEntry, LiveTrial } from '../../../live/index.js';
import { nowMs } from '../../connection.js';
import { Bar, JobState, Table } from '../../parts.js';
import { bytesText, countText, timeText, tookText } from '../../words.js';

const rowsAtMost = 500;

/** How far the run is: its trials as a bar, and the time as the command line says it. */
export function LiveProgress({
  live: { head, trials },
  trials: all,
}: {
  live: LiveRunState;
  trials: number;
}) {
  const count = (...states: string[]) => states.reduce((sum, state) => sum + (head.counts[state] ?? 0), 0);
  const words = Object.entries(head.counts)
    .map(([state, number]) => `${number} ${state}`)
    .join(', ');
  const whole = Math.max(all, trials.size);
  return (
    <>
      {head.progress === null ? null : (
        <p class="progress" role="status">
          {head.progress}
        </p>
      )}
      <Bar
        parts={[
          ['done', count('complete')],
          ['running', count('running')],
          ['failed', count('failed', 'lost')],
          ['cancelled', count('interrupted', 'skipped')],
        ]}
        whole={whole}
        label={`${words} of ${countText(whole, 'trial')}`}
      />
      <small>{words}</small>
    </>
  );
}

/** The role instances of the trial that runs, with what they printed last. */
export function LiveRoles({ roles }: { roles: readonly LiveRoleEntry[] }) {
  if (roles.length === 0) return <p>No role runs now.</p>;
  return (
    <Table label="Roles" headings={['Role', 'Device', 'State', 'CPU', 'Memory', 'Last lines']}>
      {roles.map((role) => (
        <tr key={`${role.name} ${role.device}`}>
          <th scope="row">{role.name}</th>
          <td>{role.device}</td>
          <td>{role.state}</td>
          <td class="number">{role.cpuPercent === null ? '' : `${Math.round(role.cpuPercent)} %`}</td>
          <td class="number">{role.memoryBytes === null ? '' : bytesText(role.memoryBytes)}</td>
          <td class="lines">
            {role.lastLines.map((line, at) => (
              <div key={at}>{line}</div>
            ))}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** All trials with how they ended. */
export function Trials({ trials }: { trials: readonly LiveTrial[] }) {
  const shown = trials.slice(0, rowsAtMost);
  return (
    <details>
      <summary>{countText(trials.length, 'trial')}</summary>
      <Table label="Trials" headings={['Trial', 'Parameters', 'Repeat', 'State', 'Took']}>
        {shown.map((trial) => (
          <tr key={trial.number}>
            <th scope="row">
              {trial.number}
              {trial.attempt === 1 ? '' : `, attempt ${trial.attempt}`}
            </th>
            <td>{trial.label}</td>
            <td class="number">{trial.warmup ? 'warm-up' : trial.repeat + 1}</td>
            <td>
              <JobState state={trial.state} />
            </td>
            <td class="number">
              {trial.startedMs === null || trial.endedMs === null
                ? ''
                : tookText((trial.endedMs - trial.startedMs) / 1000)}
            </td>
          </tr>
        ))}
      </Table>
      {shown.length < trials.length ? (
        <p>{trials.length - shown.length} more trials are not shown; the report has them all.</p>
      ) : null}
    </details>
  );
}

/** What happened, in the lines of the command line, the newest last. */
export function Steps({ lines, open }: { lines: readonly LiveLine[]; open: boolean }) {
  return (
    <details open={open}>
      <summary>What happened</summary>
      <pre tabIndex={0} aria-label="What happened">
        {lines.map(({ atMs, text }) => `${timeText(atMs, nowMs.value)}  ${text}\n`).join('')}
      </pre>
    </details>
  );
}
