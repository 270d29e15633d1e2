import { useSignal } from '@preact/signals';
import { useAsked } from '../../asked.js';
import { named, told } from '../../call.js';
import { about } from '../../connection.js';
import { Act, FaultText, Table } from '../../parts.js';
import { go, place } from '../../route.js';
import { bytesText, countText } from '../../words.js';
import { Shares, useReplicas } from './replicas.js';
import { Ago } from '../state.js';

/** A version of a file, as the API gives it. */
interface StoredFile {
  readonly name: string;
  readonly version: number;
  readonly kind: 'file' | 'link' | 'folder';
  readonly size_bytes: number;
  readonly sha256: string | null;
  readonly owner: string;
  readonly put_at: string;
  readonly target: string | null;
}

const rowsAtMost = 500;
const againMs = 5000;

/** The files of the store: what is there, in which versions, and what can be done with it. */
export function Files() {
  const pattern = place.value.query.get('pattern') ?? '';
  const { data, fault, again } = useAsked<{ files: StoredFile[] }>(
    `/v1/files?pattern=${encodeURIComponent(pattern)}`,
    againMs,
  );
  const files = data?.files.filter(({ kind }) => kind !== 'folder') ?? null;
  return (
    <section aria-labelledby="files-title">
      <h1 id="files-title">Files</h1>
      <form
        role="search"
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = new FormData(event.currentTarget).get('pattern');
          go(`/files?pattern=${encodeURIComponent(typeof wanted === 'string' ? wanted : '')}`);
        }}
      >
        <label>
          File, folder, or pattern
          <input name="pattern" defaultValue={pattern} placeholder="all; weights/**" />
        </label>
        <button>Show</button>
      </form>
      {about.value?.read_only === true ? null : <Upload onDone={again} />}
      <Shares />
      {fault === null ? null : (
        <p class="notice">
          <FaultText fault={fault} />
        </p>
      )}
      {files === null ? (
        fault === null ? (
          <p role="status">Asking the fleet…</p>
        ) : null
      ) : files.length === 0 ? (
        <p>No file has such a name.</p>
      ) : (
        <FileTable files={files} onChange={again} />
      )}
    </section>
  );
}

function FileTable({ files, onChange }: { files: readonly StoredFile[]; onChange: () => void }) {
  const open = useSignal<string | null>(null);
  const bytes = files.reduce((sum, file) => sum + file.size_bytes, 0);
  return (
    <>
      <p class="muted">
        {countText(files.length, 'file')}, {bytesText(bytes)}
        {files.length > rowsAtMost ? `; the first ${rowsAtMost} are shown: narrow it by a pattern` : ''}
      </p>
      <Table label="List of files" headings={['Name', 'Size', 'Version', 'Owner', 'Put', 'Act']}>
        {files.slice(0, rowsAtMost).map((file) => (
          <tr key={file.name}>
            <th scope="row" class="name">
              {file.kind === 'link' ? (
                `${file.name} -> ${file.target ?? ''}`
              ) : (
                <a href={`/v1/files/${named(file.name)}`} download={file.name.split('/').at(-1)}>
                  {file.name}
                </a>
              )}
              {open.value === file.name ? <Versions name={file.name} /> : null}
            </th>
            <td class="number">{bytesText(file.size_bytes)}</td>
            <td class="number">
              <button
                type="button"
                aria-expanded={open.value === file.name}
                aria-label={`Version ${file.version} of ${file.name}: show all, and where they are`}
                onClick={() => (open.value = open.value === file.name ? null : file.name)}
              >
                {file.version}
              </button>
            </td>
            <td>{file.owner}</td>
            <td>
              <Ago ms={Date.parse(file.put_at)} /> ago
            </td>
            <td>
              <Act
                ask={{
                  title: 'Delete a file?',
                  text: `${file.name}, with all its versions.`,
                  yes: 'Delete it',
                }}
                act={async () => {
                  await told('DELETE', `/v1/files/${named(file.name)}`);
                  onChange();
                }}
              >
                Delete
              </Act>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Versions({ name }: { name: string }) {
  const { data, fault } = useAsked<{ versions: StoredFile[] }>(`/v1/versions/${named(name)}`, null);
  const replicas = useReplicas(name);
  if (fault !== null) return <FaultText fault={fault} />;
  return (
    <ul>
      {(data?.versions ?? []).map(({ version, size_bytes: size, put_at: put, owner, sha256 }) => (
        <li key={version}>
          <a href={`/v1/files/${named(name)}?version=${version}`} download={name.split('/').at(-1)}>
            version {version}
          </a>{' '}
          <span class="muted">
            {bytesText(size)}, {owner}, <Ago ms={Date.parse(put)} /> ago, {sha256?.slice(0, 12)}
          </span>
          <small>{replicas.of(version)}</small>
        </li>
      ))}
    </ul>
  );
}

/** Puts one file of this machine under a name. */
function Upload({ onDone }: { onDone: () => void }) {
  const file = useSignal<File | null>(null);
  const isSending = useSignal(false);
  const said = useSignal('');
  const put = async (name: string) => {
    if (file.value === null) return;
    isSending.value = true;
    const done = await told<StoredFile>('PUT', `/v1/files/${named(name)}`, { body: file.value });
    isSending.value = false;
    said.value = done === null ? '' : `${done.name}, version ${done.version}, is in the store.`;
    onDone();
  };
  return (
    <details>
      <summary>Put a file</summary>
      <form
        class="drop"
        onSubmit={(event) => {
          event.preventDefault();
          const name = new FormData(event.currentTarget).get('name');
          void put(typeof name === 'string' && name !== '' ? name : (file.value?.name ?? ''));
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          file.value = event.dataTransfer?.files[0] ?? file.value;
        }}
      >
        <label>
          File
          <input type="file" onChange={(event) => (file.value = event.currentTarget.files?.[0] ?? null)} />
        </label>
        <label>
          Name in the store
          <input name="name" placeholder={file.value?.name ?? 'that of the file'} />
        </label>
        <button class="strong" disabled={file.value === null || isSending.value}>
          {isSending.value ? 'Putting…' : 'Put'}
        </button>
        <p role="status">{said.value}</p>
      </form>
    </details>
  );
}
