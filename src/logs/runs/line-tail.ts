import { open } from 'node:fs/promises';

/** Bytes read at once. Near the end of a file, a role that prints more is shown in part; its log has everything. */
const mostBytes = 64 * 1024;

/** The whole lines that a growing file got since it was last asked. */
export class LineTail {
  private position = 0;
  /** The last read ended in the middle of a line that is left out. */
  private skipping = false;
  /** Bytes to read at once: more for a line that is longer and must not be left out. */
  private readBytes = mostBytes;

  constructor(
    private readonly path: string,
    /** Whether to begin at the start of the file or near its end. */
    private readonly from: 'start' | 'end' = 'end',
  ) {}

  /** Does not wait; empty when there is no file yet. With `from: 'start'` no line is left out. */
  async next(): Promise<string[]> {
    const file = await open(this.path, 'r').catch(() => null);
    if (file === null) return [];
    try {
      const { size } = await file.stat();
      if (this.from === 'end' && size - this.position > mostBytes) {
        this.position = size - mostBytes;
        this.skipping = true;
      }
      const length = Math.min(size - this.position, this.readBytes);
      if (length <= 0) return [];
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, this.position);
      const end = buffer.lastIndexOf(10, bytesRead - 1);
      if (end === -1) {
        if (bytesRead < this.readBytes) return [];
        if (this.from === 'start') {
          this.readBytes *= 2;
          return await this.next();
        }
        // A line longer than one read is not worth showing.
        this.position += bytesRead;
        this.skipping = true;
        return [];
      }
      const start = this.skipping ? buffer.indexOf(10) + 1 : 0;
      this.skipping = false;
      this.readBytes = mostBytes;
      this.position += end + 1;
      const text = buffer.toString('utf8', start, end + 1);
      return text.split('\n').slice(0, -1);
    } finally {
      await file.close();
    }
  }
}
