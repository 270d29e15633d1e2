import type { FileTree, NewFile } from '../files/index.js';
import { type QueryLine, queryListFile, wishesFile } from '../jobs/index.js';
import { type CodeFile, codeTree } from './code.js';
import type { Queries, QueryImage } from './queries.js';

/** The folder of a job with its images. Workers fetch those of a batch only, so it is beside the folder that they fetch whole. */
const imagesFolder = 'images';
const linesPerPiece = 1000;

/**
 * All files of an inference job, with names from its own folder on: code, images, the list of queries, and what is made of them.
 * @param pictures whether annotated pictures are wanted
 */
export function queryTree(queries: Queries, code: readonly CodeFile[], pictures: boolean): FileTree {
  const own = queries.images.flatMap((one) => (one.kind === 'own' ? [one] : []));
  const wishes = `${JSON.stringify({ pictures })}\n`;
  const files: NewFile[] = [
    ...codeTree(code),
    plainFile(`files/${wishesFile}`, () => once(wishes)),
    plainFile(`files/${queryListFile}`, () => queryLines(queries)),
    ...own.map(({ image, content }) => plainFile(inJob(image), content)),
  ];
  const codeBytes = code.reduce((sum, { content }) => sum + content.length, 0);
  const imageBytes = own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const totalBytes = codeBytes + imageBytes + Buffer.byteLength(wishes) + lineBytes(queries);
  return { files, fileCount: files.length, totalBytes };
}

function lineBytes({ images, count }: Queries): number {
  const sizes = images.map((one) => Buffer.byteLength(JSON.stringify(lineOf(one))) + 1);
  const rounds = Math.floor(count / images.length);
  const sum = (some: readonly number[]) => some.reduce((total, size) => total + size, 0);
  return rounds * sum(sizes) + sum(sizes.slice(0, count % images.length));
}

const inJob = (image: string): string => `${imagesFolder}/${image}`;

/** A line for each query, in their order. */
// eslint-disable-next-line @typescript-eslint/require-await -- as all contents of files
export async function* queryLines({ images, count }: Queries): AsyncGenerator<Uint8Array> {
  const lines = images.map((one) => `${JSON.stringify(lineOf(one))}\n`);
  for (let from = 0; from < count; from += linesPerPiece) {
    const piece = Array.from(
      { length: Math.min(linesPerPiece, count - from) },
      (_, at) => lines[(from + at) % lines.length] ?? '',
    );
    yield Buffer.from(piece.join(''));
  }
}

const lineOf = (one: QueryImage): QueryLine =>
  one.kind === 'own'
    ? { image: one.image, file: inJob(one.image) }
    : { image: one.image, store: one.image, version: one.version };

const plainFile = (name: string, content: NewFile['content']): NewFile => ({
  name,
  kind: 'file',
  mode: 0o644,
  target: null,
  content,
});

// eslint-disable-next-line @typescript-eslint/require-await -- as all contents of files
async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
