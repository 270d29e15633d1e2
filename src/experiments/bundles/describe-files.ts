import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { TarFile } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { BundleEntry } from './bundle-file.js';
import type { Secret, SecretScan } from './secret-scan.js';

/** A file of a bundle, with what its manifest says of it. What is written is what was looked at: `tarOf` compares hashes. */
export type DescribedFile = TarFile & { entry: BundleEntry };

/**
 * Hashes files and looks for secrets in every byte of them and of their names.
 * @throws CollabError `secret-in-bundle`
 */
export async function describeFiles(
  files: readonly TarFile[],
  scan: SecretScan,
  signal: AbortSignal,
): Promise<DescribedFile[]> {
  const described: DescribedFile[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const look = scan.begin();
    const hash = createHash('sha256');
    let [sizeBytes, found]: [number, Secret | null] = [0, scan.begin()(Buffer.from(file.name))];
    for await (const piece of contentOf(file)) {
      hash.update(piece);
      sizeBytes += piece.length;
      found ??= look(piece);
    }
    if (found !== null) throw secretIn(file.name, found);
    const sha256 = hash.digest('hex');
    const executable = file.executable === true;
    const entry = { path: file.name, kind: 'file' as const, executable, sha256, size_bytes: sizeBytes };
    described.push({ ...file, mode: executable ? 0o755 : 0o644, ...('path' in file && { sha256 }), entry });
  }
  return described;
}

async function* contentOf(file: TarFile): AsyncGenerator<Buffer> {
  if ('content' in file) yield Buffer.from(file.content);
  else yield* createReadStream(file.path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
}

/** The newest change of some files, to the second. */
export async function newestChange(paths: readonly string[]): Promise<Date> {
  const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
  return new Date(Math.floor(Math.max(0, ...times) / 1000) * 1000);
}

export function secretIn(name: string, { what }: Secret): CollabError {
  return new CollabError('secret-in-bundle', {
    what: `${name} holds ${what}. No bundle was written.`,
    why: 'A bundle is made to be given away, so nothing secret of this workspace may be in it.',
    next: 'Remove it from the experiment or, if it is in a run, export without that run. Consider it as known to others if the file was shared before.',
    exitCode: ExitCode.usage,
  });
}
