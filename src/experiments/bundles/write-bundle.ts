import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { tarOf } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import { sha256OfFile } from '../../workspace/index.js';
import { type BundleLimits, type BundleManifest, manifestName } from './bundle-file.js';
import type { DescribedFile } from './describe-files.js';

export interface WrittenBundle {
  sha256: string;
  sizeBytes: number;
  /** Whether the file was there already with the same bytes. */
  unchanged: boolean;
}

/**
 * Writes a bundle under a temporary name beside its own, and renames it when it is whole. The same content gives the same
 * bytes.
 * @throws CollabError `file-exists`
 */
export async function writeBundle(
  file: string,
  { manifest, files, force }: { manifest: BundleManifest; files: readonly DescribedFile[]; force: boolean },
  limits: BundleLimits,
  signal: AbortSignal,
): Promise<WrittenBundle> {
  const head = { name: manifestName, content: manifestText(manifest), mode: 0o644 };
  const folder = await mkdtemp(join(dirname(file), `.${basename(file)}-`));
  try {
    const whole = join(folder, 'bundle');
    const write = async (level: number) => {
      const hash = createHash('sha256');
      const hashing = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      const tar = await tarOf([head, ...files], { folders: false });
      const out = createWriteStream(whole, { mode: 0o644 });
      await pipeline(tar, createGzip({ level }), hashing, out, { signal });
      return { sha256: hash.digest('hex'), sizeBytes: (await stat(whole)).size };
    };
    let written = await write(constants.Z_DEFAULT_COMPRESSION);
    const plainBytes = files.reduce((sum, { entry }) => sum + entry.size_bytes, 0);
    // Content that is nearly nothing but zeros would be taken for a bomb.
    if (plainBytes > limits.ratioFromBytes && plainBytes / written.sizeBytes > limits.ratio * 0.9)
      written = await write(constants.Z_NO_COMPRESSION);
    const before = await stat(file).catch(() => null);
    if (before !== null) {
      const same = before.isFile() && (await sha256OfFile(file)) === written.sha256;
      if (same) return { ...written, unchanged: true };
      if (!force || !before.isFile()) throw fileExists(file);
    }
    await rename(whole, file);
    return { ...written, unchanged: false };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const manifestText = (manifest: BundleManifest): string => `${JSON.stringify(manifest, null, 1)}\n`;

function fileExists(file: string): CollabError {
  return new CollabError('file-exists', {
    what: `${file} is there already, and holds something else.`,
    next: 'Choose another name with --output, or replace it with --force.',
    exitCode: ExitCode.usage,
  });
}
