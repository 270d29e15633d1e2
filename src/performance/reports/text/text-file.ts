import { open, type FileHandle } from 'node:fs/promises';

const chunkLength = 64 * 1024;

/** A file that is written sequentially in large chunks: one is written while the next is built. */
export class TextFile {
  private text = '';
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<TextFile> {
    return new TextFile(await open(path, 'w'));
  }

  /** Returns a promise only if the caller must wait: a promise per row would take longer than the row. */
  add(text: string): Promise<void> | undefined {
    this.text += text;
    return this.text.length < chunkLength ? undefined : this.flush();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.writing;
    } finally {
      await this.file.close();
    }
  }

  /** Closes without writing the rest. */
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
    // Reported by the next flush or by close.
    this.writing.catch(() => undefined);
  }

  private async write(bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length;) start += (await this.file.write(bytes, start)).bytesWritten;
  }
}

/** Opens a file for `write` and closes it, even after an error. */
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
