import { type Signal, useSignal } from '@preact/signals';
import { FaultText } from '../../parts.js';
import { go, Link, place } from '../../route.js';
import { runs, runsFault, useRuns } from './run-asked.js';
import type { RunEntry } from '../../../live/index.js';
import { countText } from '../../words.js';
import { ChosenRuns } from './chosen-runs.js';
import { addressWith, RunTable, sorted } from './run-table.js';

const shownAtFirst = 100;

/** The runs of the workspace: a table to filter, sort, tag, and compare. The address says what is shown. */
export function Runs() {
  useRuns();
  // In the order in which they were chosen: the first is the baseline of a comparison.
  const chosen = useSignal<readonly string[]>([]);
  const known = runs.value;
  const fault = runsFault.value;
  return (
    <section aria-labelledby="runs-title">
      <h1 id="runs-title">Runs</h1>
      {fault === null ? null : (
        <p class="notice">
          <FaultText fault={fault} />
        </p>
      )}
      {known === null ? (
        fault === null ? (
          <p role="status">Reading the runs…</p>
        ) : null
      ) : known.entries.size === 0 ? (
        <p>
          There are no runs yet. Start one with: <code>collab run hello --local</code>
        </p>
      ) : (
        <Shown all={[...known.entries.values()]} chosen={chosen} />
      )}
    </section>
  );
}

function Shown({ all, chosen }: { all: readonly RunEntry[]; chosen: Signal<readonly string[]> }) {
  const { query } = place.value;
  const found = sorted(all.filter(filterOf(query)), query);
  const shown = query.get('all') === '1' ? found : found.slice(0, shownAtFirst);
  const ids = new Set(all.map(({ id }) => id));
  return (
    <>
      <Filter key={query.toString()} all={all} query={query} />
      <ChosenRuns all={all} chosen={chosen.value.filter((id) => ids.has(id))} />
      {found.length === 0 ? (
        <p>No run is like that.</p>
      ) : (
        <RunTable
          runs={shown}
          chosen={chosen.value}
          choose={(id, isChosen) => {
            const others = chosen.value.filter((one) => one !== id);
            chosen.value = isChosen ? [...others, id] : others;
          }}
        />
      )}
      <p class="muted">
        {found.length === all.length
          ? countText(all.length, 'run')
          : `${found.length} of ${countText(all.length, 'run')}`}{' '}
        {shown.length < found.length ? (
          <>
            ; the first {shown.length} are shown. <Link to={addressWith(query, { all: '1' })}>Show all</Link>
          </>
        ) : null}
      </p>
    </>
  );
}

function filterOf(query: URLSearchParams): (run: RunEntry) => boolean {
  const wanted = (name: string) => query.get(name) ?? '';
  const [text, experiment, state, tag] = [
    wanted('text').toLowerCase(),
    wanted('experiment'),
    wanted('state'),
    wanted('tag'),
  ];
  return (run) =>
    (experiment === '' || run.experiment === experiment) &&
    (state === '' || run.state === state) &&
    (tag === '' || run.tags.includes(tag)) &&
    (text === '' ||
      [run.id, run.name ?? '', run.note ?? '', ...run.tags].some((one) => one.toLowerCase().includes(text)));
}

function Filter({ all, query }: { all: readonly RunEntry[]; query: URLSearchParams }) {
  const choices = {
    experiment: all.map(({ experiment }) => experiment),
    state: all.map(({ state }) => state),
    tag: all.flatMap(({ tags }) => tags),
  };
  return (
    <form
      role="search"
      class="row filter"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        const names = ['text', ...Object.keys(choices)];
        const change = names.map((name) => {
          const value = given.get(name);
          return [name, typeof value === 'string' ? value.trim() : ''];
        });
        go(addressWith(query, { ...(Object.fromEntries(change) as Record<string, string>), all: '' }));
      }}
    >
      <label>
        Text
        <input name="text" defaultValue={query.get('text') ?? ''} placeholder="name, note, id" />
      </label>
      {Object.entries(choices).map(([name, values]) => (
        <label key={name}>
          {name.slice(0, 1).toUpperCase() + name.slice(1)}
          <select name={name}>
            <option value="">all</option>
            {[...new Set([...values, query.get(name) ?? ''])]
              .filter((value) => value !== '')
              .sort()
              .map((value) => (
                <option key={value} value={value} selected={value === query.get(name)}>
                  {value}
                </option>
              ))}
          </select>
        </label>
      ))}
      <button>Show</button>
    </form>
  );
}
