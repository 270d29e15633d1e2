import { open, type FileHandle } from 'node:fs/promises';

const pieceLength = 64 * 1024;

/** A file that is written from its beginning to its end, in large pieces: one is written while the next is made. */
export class TextFile {
  private text = '';
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<TextFile> {
    return new TextFile(await open(path, 'w'));
  }

  /** Wait for it only when it says so: a promise for every row would take longer than the row. */
  add(text: string): Promise<void> | undefined {
    this.text += text;
    return this.text.length < pieceLength ? undefined : this.flush();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.writing;
    } finally {
      await this.file.close();
    }
  }

  /** Closes without writing what is left. */
  async abandon(): Promise<void> {
    this.text = '';
    await this.writing.catch(() => undefined);
    await this.file.close().catch(() => undefined);
  }

  private async flush(): Promise<void> {
    await this.writing;
    const bytes = Buffer.from(this.text);
    this.text = '';
    this.writing = this.write(bytes);
    // Told of at the next piece, or at the end.
    this.writing.catch(() => undefined);
  }

  private async write(bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length;) start += (await this.file.write(bytes, start)).bytesWritten;
  }
}

/** Opens a file, lets `write` fill it, and closes it, also when that fails. */
export async function writeText(path: string, write: (file: TextFile) => Promise<void>): Promise<void> {
  const file = await TextFile.create(path);
  try {
    await write(file);
  } catch (error) {
    await file.abandon();
    throw error;
  }
  await file.close();
}
