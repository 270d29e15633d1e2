import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Level 6 takes three times as long for 10 % less. */
const compressionLevel = 1;

/** Adds data to an entry; resolves when there is room for more. */
export type AddToEntry = (piece: string | Buffer) => Promise<void>;

export interface ZipWriter {
  /** Writes one entry after the previous one. */
  entry(name: string, write: (add: AddToEntry) => Promise<void>): Promise<void>;
}

/** Writes a zip file whose entries are compressed while they are produced. */
export async function writeZip(path: string, write: (zip: ZipWriter) => Promise<void>): Promise<void> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const stop = new AbortController();
  const written = pipeline(zip.outputStream, createWriteStream(path), { signal: stop.signal });
  const failed = new Promise<never>((_, reject) => {
    zip.on('error', reject);
    written.catch(reject);
  });
  failed.catch(() => undefined);
  try {
    await write({
      async entry(name, fill) {
        const stream = new PassThrough({ highWaterMark: 1024 * 1024 });
        zip.addReadStream(stream, name, { compressionLevel });
        await fill(async (piece) => {
          if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), failed]);
        });
        stream.end();
        await Promise.race([once(stream, 'close'), failed]);
      },
    });
    zip.end();
    await written;
  } catch (error) {
    stop.abort();
    await written.catch(() => undefined);
    throw error;
  }
}
