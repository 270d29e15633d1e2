import { useSignal } from '@preact/signals';
import type { RunEntry } from '../../../live/index.js';
import { told } from '../../call.js';
import { about } from '../../connection.js';
import { go } from '../../route.js';
import { askRuns, dataOf } from './run-asked.js';
import { countText } from '../../words.js';

/** The address that compares runs, the baseline first. */
export const compareAddress = (ids: readonly string[]): string =>
  `/runs/compare?runs=${ids.map(encodeURIComponent).join(',')}`;

/** What can be done with the runs that are chosen: compare them, and give them a tag or take it away. */
export function ChosenRuns({ all, chosen }: { all: readonly RunEntry[]; chosen: readonly string[] }) {
  return (
    <div class="row chosen" role="group" aria-label="Runs that are chosen">
      <span role="status">{countText(chosen.length, 'run')} chosen</span>
      <button
        type="button"
        class="strong"
        disabled={chosen.length < 2}
        onClick={() => go(compareAddress(chosen))}
      >
        Compare
      </button>
      {about.value?.read_only === true ? null : (
        <TagForm runs={all.filter(({ id }) => chosen.includes(id))} />
      )}
    </div>
  );
}

function TagForm({ runs }: { runs: readonly RunEntry[] }) {
  const tag = useSignal('');
  const wanted = tag.value.trim();
  const change = async (those: readonly RunEntry[], labels: object) => {
    for (const { id } of those)
      if ((await told('PUT', `${dataOf(id)}/labels`, { json: labels })) === null) break;
    await askRuns();
  };
  const having = runs.filter(({ tags }) => tags.includes(wanted));
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        void change(runs, { tag: [wanted] });
      }}
    >
      <input
        aria-label="Tag"
        placeholder="tag"
        value={tag.value}
        onInput={(event) => (tag.value = event.currentTarget.value)}
      />
      <button disabled={runs.length === 0 || wanted === ''}>Tag them</button>
      <button
        type="button"
        disabled={having.length === 0}
        onClick={() => void change(having, { untag: [wanted] })}
      >
        Remove the tag
      </button>
    </form>
  );
}
