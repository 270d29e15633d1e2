import { go, Link, place } from '../../route.js';
import { runs, useRuns, viewOf } from './run-asked.js';
import { compareAddress } from './chosen-runs.js';

/** A comparison of runs, as `collab compare --format html` writes it; the first is the baseline. */
export function CompareRuns() {
  useRuns();
  const ids = (place.value.query.get('runs') ?? '').split(',').filter((id) => id !== '');
  const nameOf = (id: string) => runs.value?.entries.get(id)?.name ?? id;
  const page = `/data/comparison?runs=${ids.map(encodeURIComponent).join(',')}`;
  return (
    <section aria-labelledby="compare-title">
      <p>
        <Link to="/runs">Runs</Link> /
      </p>
      <h1 id="compare-title">Comparison</h1>
      <ul>
        {ids.map((id, at) => (
          <li key={id}>
            <Link to={viewOf(id)}>{nameOf(id)}</Link>{' '}
            {at === 0 ? (
              <span class="tag">baseline</span>
            ) : (
              <button
                type="button"
                aria-label={`Make it the baseline: ${nameOf(id)}`}
                onClick={() => go(compareAddress([id, ...ids.filter((one) => one !== id)]))}
              >
                Make it the baseline
              </button>
            )}
          </li>
        ))}
      </ul>
      {ids.length < 2 ? (
        <p>Choose two runs or more in the list of runs.</p>
      ) : (
        <Framed title="Comparison of the runs" page={page} />
      )}
    </section>
  );
}

/** A page that collab made, in a frame, with a link to it alone. */
export function Framed({ title, page }: { title: string; page: string }) {
  return (
    <>
      <p>
        <a href={page} target="_blank" rel="noreferrer">
          Open it alone
        </a>
      </p>
      <iframe class="made" key={page} title={title} src={page} />
    </>
  );
}
