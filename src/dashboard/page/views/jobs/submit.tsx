import { useSignal } from '@preact/signals';
import { told } from '../../call.js';
import { go } from '../../route.js';
import { bytesText } from '../../words.js';

/** Submits a zip file with a command: drop it, or choose it. */
export function Submit() {
  const zip = useSignal<File | null>(null);
  const isSending = useSignal(false);
  const isOver = useSignal(false);
  const submit = async (form: HTMLFormElement) => {
    if (zip.value === null) return;
    isSending.value = true;
    const fields = new FormData(form);
    const query = new URLSearchParams();
    for (const field of ['name', 'command', 'pool']) {
      const value = fields.get(field);
      if (typeof value === 'string') query.set(field, value);
    }
    const sent = await told<{ id: string }>('POST', `/submit?${query.toString()}`, { body: zip.value });
    isSending.value = false;
    if (sent !== null) go(`/jobs/${sent.id}`);
  };
  const take = (files: FileList | null | undefined) => (zip.value = files?.[0] ?? zip.value);
  return (
    <details>
      <summary>Submit a job</summary>
      <form
        class={isOver.value ? 'drop over' : 'drop'}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
        onDragOver={(event) => {
          event.preventDefault();
          isOver.value = true;
        }}
        onDragLeave={() => (isOver.value = false)}
        onDrop={(event) => {
          event.preventDefault();
          isOver.value = false;
          take(event.dataTransfer?.files);
        }}
      >
        <label>
          Zip file with the job's files
          <input type="file" accept=".zip" onChange={(event) => take(event.currentTarget.files)} />
        </label>
        <p role="status">
          {zip.value === null
            ? 'Drop it here, or choose it.'
            : `${zip.value.name}, ${bytesText(zip.value.size)}`}
        </p>
        <label>
          Command
          <input name="command" placeholder="sh ./run.sh (default: what its job.yaml says)" />
        </label>
        <label>
          Name
          <input name="name" />
        </label>
        <label>
          Pool
          <input name="pool" placeholder="any device" />
        </label>
        <button class="strong" disabled={zip.value === null || isSending.value}>
          {isSending.value ? 'Submitting…' : 'Submit'}
        </button>
      </form>
    </details>
  );
}
