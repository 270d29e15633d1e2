import { createHash } from 'node:crypto';
import type { FileStore, NewFile } from '../files/index.js';
import type { InferenceModel } from '../jobs/index.js';
import type { ModelFile } from './model-file.js';

/** A file of a model's code. */
export interface CodeFile {
  /** Without folders. */
  name: string;
  content: Uint8Array;
}

/** Of a file that is read whole. */
const maxCodeBytes = 10e6;

/** The folder of a job in which its processes find the code of their model. */
const codeFolder = 'files/model';

/** The code as files of a job. */
export const codeTree = (code: readonly CodeFile[]): NewFile[] =>
  code.map(({ name, content }) => ({
    name: `${codeFolder}/${name}`,
    kind: 'file',
    mode: 0o644,
    target: null,
    content: () => inOnePiece(content),
  }));

/** The Python files right below a folder of the store. */
export async function codeInStore(
  store: FileStore,
  folder: string,
  signal?: AbortSignal,
): Promise<CodeFile[]> {
  const code: CodeFile[] = [];
  const prefix = `${folder.replace(/\/+$/, '')}/`;
  for await (const { name, kind, sizeBytes, version } of store.list(prefix.slice(0, -1), signal)) {
    const file = name.slice(prefix.length);
    if (kind !== 'file' || file.includes('/') || !file.endsWith('.py') || sizeBytes > maxCodeBytes) continue;
    const pieces: Uint8Array[] = [];
    for await (const piece of (await store.open(name, version, signal)).content()) pieces.push(piece);
    code.push({ name: file, content: Buffer.concat(pieces) });
  }
  return code.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What processes are known by that jobs share: two jobs have the same key if their answers come from the same code, settings, and
 * weights. The size of batches is none of it.
 */
export function modelKey(
  code: readonly CodeFile[],
  { loader, base, input, task }: ModelFile,
  { weights, classes }: Pick<InferenceModel, 'weights' | 'classes'>,
): string {
  const hash = createHash('sha256');
  const sorted = [...code].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, content } of sorted)
    hash.update(`${name}\0${createHash('sha256').update(content).digest('hex')}\n`);
  const { width, height } = input;
  hash.update(JSON.stringify([loader, base, width, height, task, weights, classes]));
  return hash.digest('hex').slice(0, 16);
}

// eslint-disable-next-line @typescript-eslint/require-await -- as all contents of files
async function* inOnePiece(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
