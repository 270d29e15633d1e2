import type { RunEntry } from '../../../live/index.js';
import { nowMs } from '../../connection.js';
import { JobState } from '../../parts.js';
import { go, Link, place } from '../../route.js';
import { viewOf } from './run-asked.js';
import { tookText } from '../../words.js';
import { Ago } from '../state.js';

interface Column {
  readonly id: string;
  readonly heading: string;
  /** Null sorts last, in both directions. */
  readonly by: (run: RunEntry) => string | number | null;
}

const started: Column = { id: 'started', heading: 'Started', by: ({ startedMs }) => -(startedMs ?? 0) };
const columns: readonly Column[] = [
  { id: 'run', heading: 'Run', by: ({ run }) => run },
  { id: 'experiment', heading: 'Experiment', by: ({ experiment }) => experiment },
  { id: 'tags', heading: 'Tags', by: ({ tags }) => tags.join(' ') || null },
  { id: 'state', heading: 'State', by: ({ state }) => state },
  { id: 'verdict', heading: 'Verdict', by: ({ verdict }) => verdict },
  { id: 'trials', heading: 'Trials', by: ({ trials }) => trials.complete },
  started,
  { id: 'took', heading: 'Took', by: ({ seconds }) => seconds },
];

/** The address of this view with other words behind the `?`; those that are empty are left out. */
export function addressWith(query: URLSearchParams, change: Readonly<Record<string, string>>): string {
  const wanted = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change))
    if (value === '') wanted.delete(name);
    else wanted.set(name, value);
  const text = wanted.toString();
  return text === '' ? '/runs' : `/runs?${text}`;
}

/** Runs in the order that the address says: the newest first, unless it says another. */
export function sorted(runs: readonly RunEntry[], query: URLSearchParams): readonly RunEntry[] {
  const { by } = columns.find(({ id }) => id === query.get('sort')) ?? started;
  const sign = query.get('down') === '1' ? -1 : 1;
  const keyed = runs.map((run) => ({ run, key: by(run) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    const order =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : String(a.key).localeCompare(String(b.key), undefined, { numeric: true });
    return sign * order;
  });
  return keyed.map(({ run }) => run);
}

/** Runs as a table; a heading sorts it, and a box chooses a run. */
export function RunTable(props: {
  runs: readonly RunEntry[];
  chosen: readonly string[];
  choose: (id: string, isChosen: boolean) => void;
}) {
  const { query } = place.value;
  const sort = columns.find(({ id }) => id === query.get('sort')) ?? started;
  const isDown = query.get('down') === '1';
  return (
    <div class="wide" role="region" aria-label="List of runs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <td>Choose</td>
            {columns.map(({ id, heading }) => (
              <th
                key={id}
                scope="col"
                aria-sort={id === sort.id ? (isDown ? 'descending' : 'ascending') : undefined}
              >
                <button
                  type="button"
                  onClick={() =>
                    go(addressWith(query, { sort: id, down: id === sort.id && !isDown ? '1' : '' }))
                  }
                >
                  {heading}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.runs.map((run) => (
            <Row key={run.id} run={run} chosen={props.chosen.includes(run.id)} choose={props.choose} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { run: RunEntry; chosen: boolean; choose: (id: string, isChosen: boolean) => void }) {
  const { run } = props;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Choose ${run.id}`}
          checked={props.chosen}
          onChange={(event) => props.choose(run.id, event.currentTarget.checked)}
        />
      </td>
      <th scope="row" class="name">
        <Link to={viewOf(run.id)}>{run.name ?? run.run}</Link>
        {run.name === null ? null : <small>{run.run}</small>}
        {run.note === null ? null : <small>{run.note}</small>}
      </th>
      <td>{run.experiment}</td>
      <td>
        <Tags tags={run.tags} />
      </td>
      <td>
        <RunState run={run} />
      </td>
      <td>
        <Verdict verdict={run.verdict} />
      </td>
      <td class="number">
        {run.trials.complete} of {run.trials.all}
      </td>
      <td>
        {run.startedMs === null ? (
          'not known'
        ) : (
          <>
            <Ago ms={run.startedMs} /> ago
          </>
        )}
      </td>
      <td class="number">
        {run.state === 'running' && run.startedMs !== null && run.fault === null ? (
          <>
            {tookText((nowMs.value - run.startedMs) / 1000)}
            <small>so far</small>
          </>
        ) : (
          tookText(run.seconds)
        )}
      </td>
    </tr>
  );
}

export function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <>
      {tags.map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}
    </>
  );
}

/** The state of a run; with why it is not sure. */
export function RunState({ run: { state, fault } }: { run: RunEntry }) {
  return (
    <>
      <JobState state={state} />
      {fault === null ? null : (
        <small>{state === 'running' ? `not known whether it goes on: ${fault}` : fault}</small>
      )}
    </>
  );
}

export function Verdict({ verdict }: { verdict: RunEntry['verdict'] }) {
  if (verdict === null) return null;
  if (verdict === 'unjudged') return <span class="muted">not judged yet</span>;
  return <span class={`state ${verdict.toLowerCase()}`}>{verdict}</span>;
}
