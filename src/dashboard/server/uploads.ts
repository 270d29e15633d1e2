import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../index.js';

/** What a browser may send at once. Larger things are put with `collab store put`, which goes on where it was cut. */
export const mostUploadBytes = 2_000_000_000;

/** Why a body is refused before it is read; null if it is not. A body must say how long it is. */
export function bodyFault(length: string | undefined): { status: 411 | 413; fault: CollabError } | null {
  if (length === undefined || !/^\d+$/.test(length)) {
    return {
      status: 411,
      fault: new CollabError('upload-without-length', {
        what: 'The upload does not say how long it is.',
        next: 'Send it with a content-length.',
        exitCode: ExitCode.usage,
      }),
    };
  }
  return Number(length) > mostUploadBytes ? { status: 413, fault: tooLarge() } : null;
}

/** Keeps the body of a request as a file while `use` works with it. */
export async function withUpload<T>(
  request: IncomingMessage,
  { folder, name }: { folder: string; name: string },
  use: (path: string) => Promise<T>,
): Promise<T> {
  const own = await mkdtemp(join(folder, 'upload-'));
  try {
    const path = join(own, name);
    let bytes = 0;
    const bounded = new Transform({
      transform(piece: Buffer, _, done) {
        bytes += piece.length;
        done(bytes > mostUploadBytes ? tooLarge() : null, piece);
      },
    });
    await pipeline(request, bounded, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return await use(path);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function tooLarge(): CollabError {
  return new CollabError('upload-too-large', {
    what: `The upload is larger than ${mostUploadBytes / 1e9} GB.`,
    why: 'A browser sends it in one piece, which cannot go on where it was cut.',
    next: 'Use the command line: collab store put, collab job submit',
    exitCode: ExitCode.usage,
  });
}
