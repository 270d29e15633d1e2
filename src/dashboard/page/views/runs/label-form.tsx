import { useSignal } from '@preact/signals';
import type { RunEntry } from '../../../live/index.js';
import { told } from '../../call.js';
import { about } from '../../connection.js';
import { askRuns, dataOf } from './run-asked.js';

/** Name, note and tags of a run, as `collab runs edit` changes them. Not there where the dashboard only shows. */
export function LabelForm({ run }: { run: RunEntry }) {
  const isSaving = useSignal(false);
  if (about.value?.read_only === true) return null;
  const save = async (given: FormData) => {
    const text = (name: string) => {
      const value = given.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const tags = text('tags')
      .split(/[\s,]+/)
      .filter((tag) => tag !== '');
    const json = {
      name: text('name'),
      note: text('note'),
      tag: tags.filter((tag) => !run.tags.includes(tag)),
      untag: run.tags.filter((tag) => !tags.includes(tag)),
    };
    isSaving.value = true;
    await told('PUT', `${dataOf(run.id)}/labels`, { json });
    await askRuns();
    isSaving.value = false;
  };
  return (
    <details>
      <summary>Edit name, note and tags</summary>
      <form
        class="labels"
        onSubmit={(event) => {
          event.preventDefault();
          void save(new FormData(event.currentTarget));
        }}
      >
        <label>
          Name
          <input name="name" defaultValue={run.name ?? ''} maxLength={80} />
        </label>
        <label>
          Note
          <input name="note" defaultValue={run.note ?? ''} maxLength={2000} />
        </label>
        <label>
          Tags
          <input name="tags" defaultValue={run.tags.join(' ')} placeholder="words, with spaces between" />
        </label>
        <button class="strong" disabled={isSaving.value}>
          Save
        </button>
      </form>
    </details>
  );
}
