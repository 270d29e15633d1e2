import { describe, expect, it } from 'vitest';
import { readEvents, type SseEvent } from './sse.js';

async function eventsOf(...pieces: (string | Uint8Array)[]): Promise<SseEvent[]> {
  const bytes = pieces.map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
  const seen: SseEvent[] = [];
  for await (const event of readEvents(streamOf(bytes))) seen.push(event);
  return seen;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous
async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe('readEvents', () => {
  it('reads events with their kind and data, and skips comments', async () => {
    expect(await eventsOf(': hello\n\nevent: member\ndata: {"a":1}\n\n: still here\n\ndata:x\n\n')).toEqual([
      { event: 'member', data: '{"a":1}' },
      { event: 'message', data: 'x' },
    ]);
  });

  it('joins lines of data, and takes one space only from their front', async () => {
    expect(await eventsOf('data: a\ndata:  b\ndata\nid: 7\nretry: 10\n\n')).toEqual([
      { event: 'message', data: 'a\n b\n' },
    ]);
  });

  it('does not care where the stream is cut, even inside a character or a line ending', async () => {
    const whole = new TextEncoder().encode('event: member\r\ndata: für\r\n\r\nevent: x\rdata: 2\r\r\n');
    const pieces = [...whole].map((byte) => Uint8Array.of(byte));
    const expected = [
      { event: 'member', data: 'für' },
      { event: 'x', data: '2' },
    ];
    expect(await eventsOf(whole)).toEqual(expected);
    expect(await eventsOf(...pieces)).toEqual(expected);
  });

  it('drops an event that the end of the stream cuts off, and one without data', async () => {
    expect(await eventsOf('event: member\n\nevent: member\ndata: 1')).toEqual([]);
  });

  it('refuses an endless line', async () => {
    await expect(eventsOf(`data: ${'x'.repeat(17 << 20)}`)).rejects.toThrow('too long');
  });
});
