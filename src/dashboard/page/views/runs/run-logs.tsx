import { useSignal } from '@preact/signals';
import { useAsked } from '../../asked.js';
import type { LiveTrial, RoleSpan } from '../../../live/index.js';
import { FaultText } from '../../parts.js';
import { dataOf } from './run-asked.js';

const againMs = 2000;

interface ShownLogs {
  readonly logs: readonly {
    readonly trial: number;
    readonly role: string;
    readonly rank: number;
    readonly device: string;
    readonly stream: string;
    readonly text: string;
  }[];
  readonly cut: boolean;
}

/** The last lines that roles printed, as text, whatever they have in them. */
export function RunLogs(props: {
  id: string;
  goesOn: boolean;
  trials: ReadonlyMap<number, LiveTrial>;
  spans: ReadonlyMap<string, RoleSpan>;
}) {
  const isOpen = useSignal(false);
  const trial = useSignal('');
  const role = useSignal('');
  const begun = [...props.trials.values()].filter(({ startedMs }) => startedMs !== null);
  if (begun.length === 0) return null;
  const roles = [...new Set([...props.spans.values()].map((span) => span.role))].sort();
  return (
    <details onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>What its roles printed</summary>
      <p class="row">
        <label>
          Trial{' '}
          <select value={trial.value} onChange={(event) => (trial.value = event.currentTarget.value)}>
            <option value="">the last one</option>
            {begun.map(({ number, label }) => (
              <option key={number} value={String(number)}>
                {number}: {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Role{' '}
          <select value={role.value} onChange={(event) => (role.value = event.currentTarget.value)}>
            <option value="">all</option>
            {roles.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </p>
      {isOpen.value ? (
        <Logs
          path={`${dataOf(props.id)}/logs?trial=${trial.value}&role=${encodeURIComponent(role.value)}`}
          everyMs={props.goesOn ? againMs : null}
        />
      ) : null}
    </details>
  );
}

function Logs({ path, everyMs }: { path: string; everyMs: number | null }) {
  const { data, fault } = useAsked<ShownLogs>(path, everyMs);
  if (fault !== null)
    return (
      <p class="notice">
        <FaultText fault={fault} />
      </p>
    );
  if (data === null) return <p role="status">Reading the logs…</p>;
  if (data.logs.length === 0) return <p>The roles have printed nothing there.</p>;
  return (
    <>
      {data.logs.map(({ trial, role, rank, device, stream, text }) => {
        const title = `${role}-${rank} on ${device}, trial ${trial}, ${stream}`;
        return (
          <figure key={title}>
            <figcaption>{title}</figcaption>
            <pre tabIndex={0} aria-label={title}>
              {text}
            </pre>
          </figure>
        );
      })}
      <p class="muted">
        The last 500 lines of each{data.cut ? '; not all of them: choose a role' : ''}. All of them:{' '}
        <code>collab logs</code>
      </p>
    </>
  );
}
